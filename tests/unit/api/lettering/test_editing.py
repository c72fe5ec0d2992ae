"""Texts of a panel, edited by hand."""

import asyncio

import pytest

from api.lettering.editing import VersionedLettering, edit_panel, read_panel
from shared.deps import Deps
from shared.errors import InvalidInput, LetteringChanged, NotFound
from shared.models.http.lettering import GivenPlace, LetteringRequest, PlacedText
from shared.models.lettering import PanelLettering
from tests.support.fakes.engine import FakeEngine
from tests.support.fakes.stories import GENERATION
from tests.unit.api.lettering.comics import planned_ledger, store_comic

CORNER = GivenPlace(x=0.0, y=0.6, width=0.4, height=0.3)
MINE = PlacedText(kind="dialogue", text="Gone!", speaker="Jon", place=CORNER)


@pytest.fixture(autouse=True)
async def planned(deps: Deps, engine: FakeEngine) -> None:
    await store_comic(deps)
    engine.show(GENERATION, planned_ledger())


def parsed(found: VersionedLettering) -> PanelLettering:
    return PanelLettering.model_validate_json(found.content)


async def read(deps: Deps, engine: FakeEngine, index: int = 0) -> VersionedLettering:
    return await read_panel(deps, engine, GENERATION, index, None)


async def edit(
    deps: Deps, engine: FakeEngine, *texts: PlacedText, etag: str | None = None, index: int = 0
) -> VersionedLettering:
    def is_expected(current: str) -> bool:
        return etag in (None, current)

    return await edit_panel(deps, engine, GENERATION, index, None, LetteringRequest(texts=texts), is_expected)


async def test_edit_is_returned_and_read_as_it_is_set(deps: Deps, engine: FakeEngine) -> None:
    before = await read(deps, engine)

    edited = await edit(deps, engine, MINE, etag=before.etag)

    (text,) = parsed(edited).texts
    assert (text.text, text.speaker, text.is_placed_by_hand) == ("Gone!", "Jon", True)
    assert text.place.model_dump() == CORNER.model_dump()
    assert await read(deps, engine) == edited
    assert edited.etag != before.etag


async def test_other_panels_stay_as_they_are(deps: Deps, engine: FakeEngine) -> None:
    before = await read(deps, engine, 1)

    await edit(deps, engine, MINE)

    assert await read(deps, engine, 1) == before


async def test_panel_can_lose_all_texts(deps: Deps, engine: FakeEngine) -> None:
    assert parsed(await edit(deps, engine)).texts == ()
    assert parsed(await read(deps, engine)).texts == ()


async def test_stale_edit_is_refused_and_changes_nothing(deps: Deps, engine: FakeEngine) -> None:
    before = await read(deps, engine)
    edited = await edit(deps, engine, MINE)

    with pytest.raises(LetteringChanged):
        await edit(deps, engine, PlacedText(kind="effect", text="BOOM"), etag=before.etag)

    assert await read(deps, engine) == edited


async def test_repeated_edit_writes_nothing(deps: Deps, engine: FakeEngine) -> None:
    before = await read(deps, engine)
    edited = await edit(deps, engine, MINE, etag=before.etag)
    stored = [blob async for blob in deps.blobs.listed(GENERATION)]

    assert await edit(deps, engine, MINE, etag=before.etag) == edited
    assert [blob async for blob in deps.blobs.listed(GENERATION)] == stored


async def test_of_two_edits_of_the_same_version_one_is_refused(deps: Deps, engine: FakeEngine) -> None:
    before = await read(deps, engine)

    texts = [PlacedText(kind="effect", text=words) for words in ("BOOM", "CRASH")]
    found = await asyncio.gather(
        *(edit(deps, engine, text, etag=before.etag) for text in texts), return_exceptions=True
    )

    assert sorted(type(result).__name__ for result in found) == ["LetteringChanged", "VersionedLettering"]


async def test_unknown_speakers_are_all_named(deps: Deps, engine: FakeEngine) -> None:
    stranger = PlacedText(kind="dialogue", text="Hello.", speaker="Nobody")

    with pytest.raises(InvalidInput) as refused:
        await edit(deps, engine, stranger, MINE, stranger)

    assert [problem.field for problem in refused.value.problems] == ["texts[0].speaker", "texts[2].speaker"]


@pytest.mark.parametrize(
    ("texts", "field"),
    [
        ((MINE, MINE), "texts[1].place"),
        ((MINE.model_copy(update={"place": CORNER.model_copy(update={"width": 0.02})}),), "texts[0].place"),
    ],
    ids=["overlap", "too-small"],
)
async def test_place_that_can_not_be_used_is_named(
    deps: Deps, engine: FakeEngine, texts: tuple[PlacedText, ...], field: str
) -> None:
    before = await read(deps, engine)

    with pytest.raises(InvalidInput) as refused:
        await edit(deps, engine, *texts)

    assert [problem.field for problem in refused.value.problems] == [field]
    assert await read(deps, engine) == before


async def test_places_that_can_not_be_used_are_all_named(deps: Deps, engine: FakeEngine) -> None:
    tiny = MINE.model_copy(update={"place": GivenPlace(x=0.9, y=0.0, width=0.01, height=0.01)})

    with pytest.raises(InvalidInput, match=r"correct texts\[0\]\.place, texts\[2\]\.place") as refused:
        await edit(deps, engine, tiny, MINE, MINE)

    assert [problem.field for problem in refused.value.problems] == ["texts[0].place", "texts[2].place"]
    assert "too small" in refused.value.problems[0].message
    assert "overlaps the place of texts[1]" in refused.value.problems[1].message


async def test_comic_without_dialogue_takes_no_texts(deps: Deps, engine: FakeEngine) -> None:
    await deps.generations.delete(GENERATION)
    await store_comic(deps, no_dialogue=True)

    with pytest.raises(InvalidInput) as refused:
        await edit(deps, engine, MINE)

    assert [problem.field for problem in refused.value.problems] == ["texts[0]"]


@pytest.mark.parametrize("index", [-1, 2])
async def test_panel_that_is_not_planned_is_not_found(deps: Deps, engine: FakeEngine, index: int) -> None:
    with pytest.raises(NotFound, match=f"no panel {index}"):
        await read(deps, engine, index)
