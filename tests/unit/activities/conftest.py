"""A planned generation for the tests of activities."""

import pytest

from shared.deps import Deps
from shared.storage.generations import Inputs
from shared.storage.lifecycle import Running
from tests.support.fakes.engine import NOW
from tests.support.fakes.lifecycles import set_record
from tests.support.fakes.stories import analysis, panel, save_plan


@pytest.fixture
async def planned(deps: Deps) -> Deps:
    """A generation whose panels can be drawn."""
    await save_plan(deps, Inputs("Mira rows out.", "manga", no_dialogue=False), analysis("Mira"), panel(1), panel(2))
    await set_record(deps, Running(at=NOW))
    return deps
