"""A generation's record, as a test wants it."""

from shared.deps import Deps
from shared.errors import Expired, MangaError, UnknownGeneration
from shared.storage.lifecycle import Deleted, Deleting, Lifecycle
from tests.support.fakes.engine import NOW
from tests.support.fakes.stories import GENERATION

#: Every record of a removed generation, and what whoever asks for the generation is told.
GONE: list[tuple[Lifecycle, type[MangaError]]] = [
    (Deleting(reason="deleted", at=NOW), UnknownGeneration),
    (Deleted(reason="deleted", at=NOW), UnknownGeneration),
    (Deleting(reason="expired", at=NOW), Expired),
    (Deleted(reason="expired", at=NOW), Expired),
]


async def set_record(deps: Deps, record: Lifecycle, generation_id: str = GENERATION) -> None:
    """Replace the generation's record."""
    await deps.lifecycles.change(generation_id, lambda _: record)
