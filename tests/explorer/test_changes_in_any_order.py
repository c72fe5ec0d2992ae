"""Start, cancel, retry, redo, delete, crash and read in random orders and interleavings, against the app's own code."""

import pytest

from tests.explorer.sequence import Sequence

BATCHES, SEQUENCES = 4, 5000


@pytest.mark.parametrize("batch", range(BATCHES))
def test_what_has_to_hold_does_in_every_sequence(batch: int) -> None:
    for seed in range(batch * SEQUENCES, (batch + 1) * SEQUENCES):
        Sequence(seed).run()
