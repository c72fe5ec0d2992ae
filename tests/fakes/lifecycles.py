"""A generation's record, as a test wants it."""

from shared.deps import Deps
from shared.lifecycle import Lifecycle
from tests.fakes.stories import GENERATION


async def set_record(deps: Deps, record: Lifecycle, generation_id: str = GENERATION) -> None:
    """Let this be the generation's record, whatever it was."""
    await deps.lifecycles.change(generation_id, lambda _: record)
