"""Readers of a generation whose results are in storage."""

import pytest

from shared.deps import Deps
from tests.fakes.engine import FakeEngine
from tests.unit.api.drawn_story import store_results
from tests.unit.api.reading import Readers


@pytest.fixture
async def readers(deps: Deps, engine: FakeEngine) -> Readers:
    """Readers of the generation; the test says what the engine shows of it."""
    await store_results(deps)
    return Readers(deps, engine)
