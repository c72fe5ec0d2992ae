"""The comic that a shared link opens."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace

from api.export.comic.comic import Panel, panel_text, planned_sides
from api.generations.ledgers import find_run, full_ledger
from api.lettering.reading import read_lettering
from shared.deps import Deps
from shared.errors import NotFound, UnknownGeneration
from shared.models.http.lettering import ComicLettering
from shared.models.lettering import PanelLettering
from shared.models.story import DIRECTIONS, Direction, Style
from shared.ports import Engine
from shared.storage.choices import chosen, read_choices
from shared.text.language import UNDETERMINED


@dataclass(frozen=True, slots=True)
class OpenedComic:
    """A shared generation, the token of its edited plan, and the version of each drawn panel that counts."""

    generation_id: str
    plan: str | None
    versions: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class SharedPanel:
    """A panel as readers see it: its text, the shape of its image, and its version (None: it is not drawn)."""

    text: str
    width: int
    height: int
    version: int | None
    lettering: PanelLettering | None = None


@dataclass(frozen=True, slots=True)
class SharedComic:
    """What readers see of a comic. Nothing here leads to the generation.

    `language` is that of the texts; `languages` are all in which they are there, if they are set over the pictures.
    """

    title: str
    style: Style
    direction: Direction
    language: str | None
    panels: tuple[SharedPanel, ...]
    languages: tuple[str, ...] = ()


async def open_comic(deps: Deps, engine: Engine, token: str) -> OpenedComic:
    """Return the generation that the token opens.

    Raises:
        NotFound: it opens none: it is unknown, revoked or expired, or its generation is removed.
    """
    generation_id = await deps.shares.find(token)
    if generation_id is None:
        raise UnknownGeneration
    run, choices = await asyncio.gather(find_run(deps, engine, generation_id), read_choices(deps.blobs, generation_id))
    ledger = await full_ledger(deps.generations, run)
    return OpenedComic(generation_id, ledger.plan, chosen(ledger, choices, "panel"))


async def read_comic(deps: Deps, engine: Engine, opened: OpenedComic, language: str | None = None) -> SharedComic:
    """Return what readers see of the comic, with its texts in the language (None: its own).

    Raises:
        NotFound: it was removed meanwhile, or its texts are not there in the language.
    """
    request, plan = await asyncio.gather(
        deps.generations.request(opened.generation_id), deps.generations.need_plan(opened.generation_id, opened.plan)
    )
    analysis, breakdown = plan.analysis, plan.chunks
    count = len(breakdown.panels)
    panels: list[SharedPanel] = []
    for index, plan in enumerate(breakdown.panels):
        described = plan if request.lettering == "drawn" else plan.model_copy(update={"dialogue": None})
        text = panel_text(Panel(described, None), index + 1, count)
        panels.append(SharedPanel(text, *planned_sides(plan, request.aspect), opened.versions.get(index)))
    comic = SharedComic(analysis.title, request.style, DIRECTIONS[request.style], analysis.language, tuple(panels))
    if request.lettering == "drawn":
        if language not in {None, comic.language or UNDETERMINED}:
            raise NotFound
        return comic
    return _lettered(comic, await read_lettering(deps, engine, opened.generation_id, language))


def _lettered(comic: SharedComic, lettering: ComicLettering) -> SharedComic:
    """Return the comic with texts over its pictures. The pictures' own texts say no dialogue then."""
    panels = tuple(replace(panel, lettering=texts) for panel, texts in zip(comic.panels, lettering.panels, strict=True))
    languages = tuple(each.language for each in lettering.languages if each.status == "done")
    return replace(comic, title=lettering.title, language=lettering.language, panels=panels, languages=languages)
