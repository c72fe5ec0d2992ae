"""Fixtures: generations that are running, ended or cancelled, and readers of their streams."""

import pytest

from shared.deps import Deps
from shared.storage.lifecycle import Ended, Running
from tests.support.fakes.engine import NOW, FakeEngine
from tests.support.fakes.lifecycles import set_record
from tests.support.fakes.stories import GENERATION
from tests.unit.api.drawn_story import ledger, store_results
from tests.unit.api.generations.changing import CANCELLED
from tests.unit.api.reading import Readers


@pytest.fixture
async def readers(deps: Deps, engine: FakeEngine) -> Readers:
    """Readers of the generation; the test sets its state in the engine."""
    await store_results(deps)
    return Readers(deps, engine)


@pytest.fixture
async def drawn(deps: Deps, engine: FakeEngine) -> Deps:
    """A complete generation."""
    await store_results(deps)
    await set_record(deps, Ended(round=0, at=NOW))
    engine.show(GENERATION, ledger(), "completed")
    return deps


@pytest.fixture
async def running(deps: Deps, engine: FakeEngine) -> Deps:
    """A running generation."""
    await store_results(deps)
    await set_record(deps, Running(at=NOW))
    engine.show(GENERATION, ledger(3))
    return deps


@pytest.fixture
async def cancelled(deps: Deps, engine: FakeEngine) -> Deps:
    """A cancelled generation without one of its panels."""
    await store_results(deps)
    await set_record(deps, Ended(round=0, cancelled=True, at=NOW))
    engine.show(GENERATION, CANCELLED, "completed")
    return deps
