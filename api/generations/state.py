"""The state of a generation, as `GET /api/generations/{id}` returns it."""

import asyncio
from collections.abc import Mapping
from datetime import datetime

from api.generations.chapters import ChapterState, read_chapters
from api.generations.languages import read_languages
from api.generations.ledgers import find_run, full_ledger, status_of
from api.links import export_path, generation_path, image_path, lettering_path, plan_path, share_link, stream_path
from shared.deps import Deps
from shared.models.base import WireModel
from shared.models.http.admin import GenerationStatus
from shared.models.http.lettering import LanguageStatus
from shared.models.http.requests import StoredRequest
from shared.models.http.share import ShareLink
from shared.models.ledger import Ledger, Phase
from shared.models.lettering import LetteringMode
from shared.models.prices import ImageSize
from shared.models.step_ref import ImageKind, StepKind, StepRef
from shared.models.story import Aspect, StopAfter, Style
from shared.models.usage import CostReport, Usage, UsageReport, total
from shared.ports import Engine, Run
from shared.storage.choices import NO_CHOICES, Choices, chosen, read_choices
from shared.storage.shares import Share


class Progress(WireModel):
    """How many of a kind are done, have failed, and are planned (None: not known yet)."""

    done: int
    failed: int
    total: int | None


class GenerationProgress(WireModel):
    """Progress of both kinds of images."""

    characters: Progress
    panels: Progress


class ImageVersions(WireModel):
    """All drawn versions of an image, and the one that counts (None: none is drawn)."""

    versions: tuple[int, ...]
    version: int | None


class GenerationImages(WireModel):
    """The versions of each character and panel, by 0-based index."""

    characters: tuple[ImageVersions, ...]
    panels: tuple[ImageVersions, ...]


class ImageLinks(WireModel):
    """The image of each character and panel that counts, by 0-based index; None where there is none."""

    characters: tuple[str | None, ...]
    panels: tuple[str | None, ...]


class Links(WireModel):
    """Related addresses; `lettering` is None if the texts are drawn into the pictures."""

    self: str
    stream: str
    export: str
    plan: str
    lettering: str | None
    images: ImageLinks


class GenerationState(WireModel):
    """A summary of a generation. Times are ISO 8601 in UTC; `finished_at` is None while it runs.

    `style_text`, `aspect` and `image_size` are what the start has asked for.
    `language` is the story's (BCP 47): None until it is known, and for generations from before it was asked. `cost` is
    None if the calls of the generation were not counted: an earlier version of this app has made it. `stopped_after` is
    `plan` if the plan is there, and a retry draws what is missing of it. `chapters` are those of its book, itself among
    them; none if it is alone. `languages` are those of its texts, if its `lettering` is `text` and they are written.
    """

    id: str
    status: GenerationStatus
    phase: Phase
    title: str | None
    language: str | None
    lettering: LetteringMode
    languages: tuple[LanguageStatus, ...]
    style: Style
    no_dialogue: bool
    style_text: str | None
    aspect: Aspect
    image_size: ImageSize
    progress: GenerationProgress
    usage: UsageReport
    cost: CostReport | None
    images: GenerationImages
    last_seq: int
    created_at: datetime
    updated_at: datetime
    finished_at: datetime | None
    stopped_after: StopAfter | None
    share: ShareLink | None
    chapters: tuple[ChapterState, ...]
    links: Links


async def read_state(deps: Deps, engine: Engine, generation_id: str) -> GenerationState:
    """Return the summary of a generation.

    Raises:
        UnknownGeneration, Expired: there is no such generation.
    """
    run, request, choices, share = await asyncio.gather(
        find_run(deps, engine, generation_id),
        deps.generations.request(generation_id),
        read_choices(deps.blobs, generation_id),
        deps.shares.read(generation_id),
    )
    ledger, chapters = await asyncio.gather(
        full_ledger(deps.generations, run), read_chapters(deps, engine, generation_id, request.chapter)
    )
    # Read after the ledger: what an entry is about has been counted.
    used, languages = await asyncio.gather(
        deps.generations.used(generation_id), _languages(deps, engine, generation_id, request, ledger)
    )
    return state_of(run, ledger, request, used, choices, share, chapters, languages, is_free=deps.settings.is_free)


async def _languages(
    deps: Deps, engine: Engine, generation_id: str, request: StoredRequest, ledger: Ledger
) -> tuple[LanguageStatus, ...]:
    if request.lettering == "drawn" or ledger.panels is None:
        return ()
    plan = await deps.cached_generations.need_plan(generation_id, ledger.plan)
    return await read_languages(deps, engine, generation_id, plan)


def state_of(
    run: Run,
    ledger: Ledger,
    request: StoredRequest,
    used: Mapping[StepKind, Usage],
    choices: Choices = NO_CHOICES,
    share: Share | None = None,
    chapters: tuple[ChapterState, ...] = (),
    languages: tuple[LanguageStatus, ...] = (),
    *,
    is_free: bool = False,
) -> GenerationState:
    """Return the summary, from what is stored; `used` is the usage by the kind of step.

    `is_free`: the model costs nothing.
    """
    whole = total(used.values())
    return GenerationState(
        id=run.instance_id,
        status=status_of(ledger),
        phase=ledger.phase,
        title=ledger.title,
        language=ledger.language,
        lettering=request.lettering,
        languages=languages,
        style=request.style,
        no_dialogue=request.no_dialogue,
        style_text=request.style_text,
        aspect=request.aspect,
        image_size=request.image_size,
        progress=GenerationProgress(
            characters=_progress(ledger, "character", ledger.characters),
            panels=_progress(ledger, "panel", ledger.panels),
        ),
        usage=UsageReport.of(whole),
        cost=CostReport.by_step(used, is_free=is_free) if _is_counted(ledger, used) else None,
        images=GenerationImages(
            characters=_versions(ledger, choices, "character"), panels=_versions(ledger, choices, "panel")
        ),
        last_seq=ledger.last_seq,
        created_at=run.created_at,
        updated_at=run.updated_at,
        finished_at=run.updated_at if ledger.is_closed else None,
        stopped_after=ledger.stopped_after,
        share=None if share is None else share_link(share),
        chapters=chapters,
        links=Links(
            self=generation_path(run.instance_id),
            stream=stream_path(run.instance_id),
            export=export_path(run.instance_id),
            plan=plan_path(run.instance_id),
            lettering=None if request.lettering == "drawn" else lettering_path(run.instance_id),
            images=ImageLinks(
                characters=_image_links(run.instance_id, ledger, choices, "character"),
                panels=_image_links(run.instance_id, ledger, choices, "panel"),
            ),
        ),
    )


def _is_counted(ledger: Ledger, used: Mapping[StepKind, Usage]) -> bool:
    """Tell whether the calls were counted: those of the analysis were, if there is one."""
    return ledger.characters is None or used.get("analysis", Usage()).calls > 0


def _progress(ledger: Ledger, kind: ImageKind, total: int | None) -> Progress:
    return Progress(done=len(ledger.drawn(kind)), failed=len(ledger.failed(kind)), total=total)


def _versions(ledger: Ledger, choices: Choices, kind: ImageKind) -> tuple[ImageVersions, ...]:
    drawn, counting = ledger.versions(kind), chosen(ledger, choices, kind)
    return tuple(
        ImageVersions(versions=drawn.get(index, ()), version=counting.get(index))
        for index in range(ledger.planned(kind))
    )


def _image_links(generation_id: str, ledger: Ledger, choices: Choices, kind: ImageKind) -> tuple[str | None, ...]:
    counting = chosen(ledger, choices, kind)
    return tuple(
        image_path(StepRef(generation_id=generation_id, kind=kind, index=index, version=counting[index]))
        if index in counting
        else None
        for index in range(ledger.planned(kind))
    )
