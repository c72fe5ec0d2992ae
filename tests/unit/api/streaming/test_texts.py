"""The texts of failures: plain words that name what failed."""

import pytest

from api.streaming.texts import item_failed
from shared.errors import BLOCK_REASONS, FinalModelError, MangaError, RetryableModelError
from shared.models.steps import FailureRecord
from tests.support.fakes.stories import step


def all_failures() -> list[FailureRecord]:
    pending: list[type[MangaError]] = [RetryableModelError, FinalModelError]
    codes: set[str] = set()
    while pending:
        error = pending.pop()
        pending += error.__subclasses__()
        codes.add(error.code)
    by_code = [FailureRecord(code=code) for code in sorted(codes)]
    return [*by_code, *(FailureRecord(code="content-blocked", block=block) for block in BLOCK_REASONS)]


@pytest.mark.parametrize("failure", all_failures(), ids=lambda failure: failure.block or failure.code)
def test_failure_is_described_in_plain_words_that_name_the_panel(failure: FailureRecord) -> None:
    error = item_failed(5, step("panel", 1), "retries-exhausted", failure, analysis=None)

    assert (error.step, error.index, error.code, error.seq) == ("panel", 1, failure.code, 5)
    assert not error.retrying
    assert "panel 2" in error.message
    assert not any(word in error.message for word in BLOCK_REASONS)
    words = error.message.split()
    assert not [word for word in words if "_" in word and not word.startswith("GEMINI_")]
