"""What an export is made of, as it is stored: the results of a generation, or of all chapters of its book."""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from api.generations.ledgers import find_run, full_ledger
from shared.chapters.chain import LinkedChapter, read_chain
from shared.deps import Deps
from shared.errors import Expired, NothingToExport, UnknownGeneration
from shared.models.http.requests import StoredRequest
from shared.models.ledger import Ledger
from shared.models.prices import IMAGE_SIZE
from shared.models.step_ref import ImageKind
from shared.models.story import StoryAnalysis, StoryBreakdown
from shared.ports import Engine, Run
from shared.storage.choices import Choices, chosen, read_choices

_KINDS: tuple[ImageKind, ...] = ("character", "panel")


@dataclass(frozen=True, slots=True)
class Source:
    """A generation, and its number in its book."""

    run: Run
    request: StoredRequest
    ledger: Ledger
    choices: Choices
    number: int = 1

    @property
    def has_image(self) -> bool:
        """Whether any of its images is drawn."""
        return bool(self.ledger.drawn("character") or self.ledger.drawn("panel"))

    @property
    def has_large_images(self) -> bool:
        """Whether its images are larger than usual."""
        return self.request.image_size != IMAGE_SIZE

    def versions(self, kind: ImageKind) -> dict[int, int]:
        """Return the version that counts of each drawn image, by index."""
        return chosen(self.ledger, self.choices, kind)

    @property
    def tag(self) -> str:
        """What tells apart the comics of a generation: its results, and the versions that count."""
        return f"{self.ledger.last_seq}" + "".join(
            f"-{kind[0]}{index}.{version}"
            for kind in _KINDS
            for index, version in self.versions(kind).items()
            if version != self.ledger.drawn(kind)[index]
        )


async def find_source(deps: Deps, engine: Engine, generation_id: str, number: int = 1) -> Source:
    """Return the generation.

    Raises:
        UnknownGeneration, Expired: there is no such generation.
    """
    run, request, choices = await asyncio.gather(
        find_run(deps, engine, generation_id),
        deps.generations.request(generation_id),
        read_choices(deps.blobs, generation_id),
    )
    ledger = await full_ledger(deps.generations, run)
    return Source(run, request, ledger, choices, number)


async def find_chapters(deps: Deps, engine: Engine, wanted: Source) -> list[Source]:
    """Return the chapters of the book that have an image; the given one if none has."""
    chain = await read_chain(deps, wanted.run.instance_id, wanted.request.chapter)

    async def find(chapter: LinkedChapter) -> Source | None:
        try:
            return await find_source(deps, engine, chapter.generation_id, chapter.number)
        except (UnknownGeneration, Expired):
            # It was removed meanwhile, or is about to begin.
            return None

    found = await asyncio.gather(*(find(chapter) for chapter in chain.begun))
    return [source for source in found if source is not None and source.has_image] or [wanted]


def tag_of(sources: Sequence[Source]) -> str:
    """Return what tells apart the files of the same kind that these generations become."""
    if len(sources) == 1:
        return sources[0].tag
    chapters = " ".join(f"{source.run.instance_id}:{source.tag}" for source in sources)
    return hashlib.sha256(chapters.encode()).hexdigest()[:32]


async def read_texts(deps: Deps, source: Source) -> tuple[StoryAnalysis, StoryBreakdown | None]:
    """Return the plan. A breakdown that is stored but not in the ledger yet is unknown to readers of the stream.

    Raises:
        NothingToExport: none of the generation's images is drawn yet.
        UnknownGeneration: the generation was removed meanwhile.
    """
    if not source.has_image:
        raise NothingToExport("No image of this comic is drawn yet. Wait for the first one and try again.")
    generation_id, ledger = source.run.instance_id, source.ledger
    analysis = await deps.generations.analysis(generation_id, ledger.plan)
    breakdown = None if ledger.panels is None else await deps.generations.breakdown(generation_id, ledger.plan)
    if analysis is None:
        raise UnknownGeneration
    return analysis, breakdown
