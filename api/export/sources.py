"""What an export is made of, as it is stored: the results of a generation, or of all chapters of its book."""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from api.generations.ledgers import find_run, full_ledger
from api.lettering.reading import lettering_in
from api.lettering.source import lettered_of
from api.lettering.typesetting import reading_direction
from shared.chapters.chain import LinkedChapter, read_chain
from shared.deps import Deps
from shared.errors import Expired, NothingToExport, UnknownGeneration
from shared.models.http.lettering import ComicLettering
from shared.models.http.requests import StoredRequest
from shared.models.ledger import Ledger
from shared.models.prices import IMAGE_SIZE
from shared.models.step_ref import ImageKind
from shared.models.story import DIRECTIONS, Direction, StoryAnalysis, StoryBreakdown
from shared.ports import Engine, Run
from shared.storage.choices import Choices, chosen, read_choices
from shared.text.language import UNDETERMINED, language_tag

_KINDS: tuple[ImageKind, ...] = ("character", "panel")


@dataclass(frozen=True, slots=True)
class Source:
    """A generation, and its number in its book. `lettering` is set over its pictures; None if it is drawn in them."""

    run: Run
    request: StoredRequest
    ledger: Ledger
    choices: Choices
    number: int = 1
    lettering: ComicLettering | None = None

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
    def direction(self) -> Direction:
        """The direction in which the comic is read, unless the client wants another one."""
        if self.lettering is None:
            return DIRECTIONS[self.request.style]
        texts = [text for panel in self.lettering.panels for text in panel.texts]
        return reading_direction(self.request.style, language_tag(self.lettering.language), texts)

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages in which the texts over the pictures are there."""
        statuses = () if self.lettering is None else self.lettering.languages
        return tuple(each.language for each in statuses if each.status == "done")

    @property
    def tag(self) -> str:
        """What tells apart the comics of a generation: its results, the versions that count, and its lettering."""
        versions = (
            f"-{kind[0]}{index}.{version}"
            for kind in _KINDS
            for index, version in self.versions(kind).items()
            if version != self.ledger.drawn(kind)[index]
        )
        return f"{self.ledger.last_seq}{''.join(versions)}{self._lettering_tag}"

    @property
    def _lettering_tag(self) -> str:
        if self.lettering is None:
            return ""
        texts = self.lettering.model_dump_json(exclude={"languages"})
        return f"-{_digest(f'{self.languages} {texts}')}"


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


async def with_lettering(deps: Deps, engine: Engine, source: Source, language: str | None) -> Source:
    """Return the generation with the texts over its pictures, in the language (None: its own).

    Raises:
        LetteringIsDrawn: another language is wanted, and its texts are drawn into the pictures.
        NotFound: there are no texts in the language.
    """
    is_drawn = source.request.lettering == "drawn" or source.ledger.panels is None
    if is_drawn and language in {None, source.ledger.language or UNDETERMINED}:
        return source
    comic = await lettered_of(deps, source.run.instance_id, source.request, source.ledger)
    return replace(source, lettering=await lettering_in(deps, engine, comic, language))


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
    return _digest(chapters)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


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
