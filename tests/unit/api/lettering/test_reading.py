"""All texts of a comic, in a language, over the pictures that count."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

import pytest

from api.lettering.reading import read_lettering
from shared.deps import Deps
from shared.errors import NotFound
from shared.lettering import panel_keys, picture_digest, source_of
from shared.models.ledger import ImageEntry
from shared.models.lettering import Place, SetText
from shared.models.stored.lettering import EditedText, LetteringEdit
from shared.models.story import MAX_PANELS, Style
from shared.names import generation_prefix
from shared.storage.choices import choose
from tests.support.fakes.blobs import BlobCall, ForwardingBlobs
from tests.support.fakes.engine import FakeEngine
from tests.support.fakes.stories import GENERATION, ref
from tests.unit.api.lettering.comics import (
    DRAWN_ASPECT,
    GONE,
    PANELS,
    PLAN,
    RAIN,
    lettered_panel,
    planned_ledger,
    store_comic,
    store_picture,
    store_translation,
)

# The upper half is busy, the lower one calm; and the reverse.
CALM_BELOW = "f" * 288 + "0" * 288
CALM_ABOVE = CALM_BELOW[::-1]
CORNER = Place(x=0.0, y=0.6, width=0.4, height=0.3)


@dataclass(slots=True)
class CountedBlobs(ForwardingBlobs):
    """Counts the requests."""

    calls: int = 0

    async def around[Answer](self, _call: BlobCall, _name: str, forward: Callable[[], Awaitable[Answer]]) -> Answer:
        self.calls += 1
        return await forward()


@pytest.fixture(autouse=True)
async def planned(deps: Deps, engine: FakeEngine) -> None:
    await store_comic(deps)
    engine.show(GENERATION, planned_ledger())


def draw(engine: FakeEngine, *versions: int) -> None:
    """Let the first panel have these versions."""
    ledger = planned_ledger()
    for version in versions:
        ledger = ledger.with_entry(ImageEntry(kind="panel", index=0, version=version))
    engine.show(GENERATION, ledger)


async def edit(deps: Deps, *texts: EditedText, picture: str | None = None, language: str = "en") -> None:
    stored = LetteringEdit(texts=texts, picture=picture)
    await deps.letterings.save_edit(GENERATION, language, panel_keys(PLAN)[0], stored, None)


async def first_panel(deps: Deps, engine: FakeEngine, language: str | None = None) -> tuple[SetText, ...]:
    return (await read_lettering(deps, engine, GENERATION, language)).panels[0].texts


async def test_planned_texts_are_set_in_their_order(deps: Deps, engine: FakeEngine) -> None:
    found = await read_lettering(deps, engine, GENERATION)

    assert (found.lettering, found.language, found.title) == ("text", "en", "The Harbour")
    assert [[text.text for text in panel.texts] for panel in found.panels] == [
        [text.text for text in panel.texts or ()] for panel in PANELS
    ]
    assert [panel.panel for panel in found.panels] == [0, 1]
    assert {(panel.direction, panel.is_vertical, panel.version) for panel in found.panels} == {("ltr", False, None)}
    assert found.panels[0].texts[1].speaker == "Mira"


async def test_silent_panel_has_no_texts(deps: Deps, engine: FakeEngine) -> None:
    await deps.generations.delete(GENERATION)
    await store_comic(deps, lettered_panel(1), lettered_panel(2, GONE))

    assert [len(panel.texts) for panel in (await read_lettering(deps, engine, GENERATION)).panels] == [0, 1]


async def test_translation_keeps_kinds_and_speakers(deps: Deps, engine: FakeEngine) -> None:
    await store_translation(deps, source_of(PLAN), "ja", "港", ("雨。", "消えた!"), ("どこへ?", "ガシャン"))

    found = await read_lettering(deps, engine, GENERATION, "ja")

    assert (found.language, found.title) == ("ja", "港")
    assert [status.language for status in found.languages] == ["en", "ja"]
    assert [(text.kind, text.speaker, text.text) for text in found.panels[0].texts] == [
        ("narration", None, "雨。"),
        ("dialogue", "Mira", "消えた!"),
    ]
    assert all(panel.is_vertical for panel in found.panels)


async def test_missing_language_says_how_to_make_it(deps: Deps, engine: FakeEngine) -> None:
    with pytest.raises(NotFound, match=r"POST /api/generations/.*/lettering") as refused:
        await read_lettering(deps, engine, GENERATION, "ja")

    assert '{"language": "ja"}' in str(refused.value)


async def test_translation_of_earlier_texts_is_not_shown(deps: Deps, engine: FakeEngine) -> None:
    await store_translation(deps, "0123456789abcdef", "ja", "港", ("雨。", "消えた!"), ("どこへ?", "ガシャン"))

    with pytest.raises(NotFound):
        await read_lettering(deps, engine, GENERATION, "ja")


@pytest.mark.parametrize(("calm", "is_below"), [(CALM_BELOW, True), (CALM_ABOVE, False)])
async def test_places_are_where_the_picture_is_calm(
    deps: Deps, engine: FakeEngine, calm: str, *, is_below: bool
) -> None:
    await deps.generations.delete(GENERATION)
    await store_comic(deps, lettered_panel(1, RAIN), PANELS[1])
    await store_picture(deps, calm=calm)
    draw(engine, 1)

    (text,) = await first_panel(deps, engine)

    assert (text.place.y >= 0.5 - 1 / 24) is is_below


async def test_texts_are_set_for_the_shape_that_was_drawn(deps: Deps, engine: FakeEngine) -> None:
    planned = (await read_lettering(deps, engine, GENERATION)).panels[0]
    await store_picture(deps, calm=CALM_ABOVE)
    draw(engine, 1)

    drawn = (await read_lettering(deps, engine, GENERATION)).panels[0]

    assert (planned.version, drawn.version) == (None, 1)
    assert planned.aspect != DRAWN_ASPECT
    assert drawn.aspect == DRAWN_ASPECT


async def test_version_that_counts_decides(deps: Deps, engine: FakeEngine) -> None:
    await store_picture(deps, version=1, calm=CALM_ABOVE)
    await store_picture(deps, version=2, calm=CALM_BELOW)
    draw(engine, 1, 2)
    newest = await read_lettering(deps, engine, GENERATION)
    await choose(deps.blobs, ref("panel", 0, 1), newest=2)
    chosen = await read_lettering(deps, engine, GENERATION)

    assert (newest.panels[0].version, chosen.panels[0].version) == (2, 1)
    assert newest.panels[0].texts != chosen.panels[0].texts


async def test_requests_to_the_storage_do_not_grow_with_the_panels(deps: Deps, engine: FakeEngine) -> None:
    counts: list[int] = []
    for count in (2, MAX_PANELS):
        await deps.generations.delete(GENERATION)
        deps.blob_cache.remove_all(generation_prefix(GENERATION))
        await store_comic(deps, *(lettered_panel(number, GONE) for number in range(1, count + 1)))
        drawn = planned_ledger().model_copy(update={"panels": count})
        for index in range(count):
            await store_picture(deps, index, calm=CALM_BELOW)
            drawn = drawn.with_entry(ImageEntry(kind="panel", index=index, version=1))
        engine.show(GENERATION, drawn)
        counted = CountedBlobs(deps.blobs)

        await read_lettering(replace(deps, blobs=counted), engine, GENERATION)

        counts.append(counted.calls)

    assert counts[0] == counts[1]


async def test_edited_words_and_places_replace_the_planned_ones(deps: Deps, engine: FakeEngine) -> None:
    await store_picture(deps, calm=CALM_BELOW)
    draw(engine, 1)
    text = EditedText(kind="dialogue", text="Gone!", speaker="Jon", place=CORNER)
    await edit(deps, text, picture=picture_digest(CALM_BELOW))

    (shown,) = await first_panel(deps, engine)

    assert (shown.text, shown.speaker, shown.place, shown.is_placed_by_hand) == ("Gone!", "Jon", CORNER, True)


async def test_edit_of_another_language_is_not_shown(deps: Deps, engine: FakeEngine) -> None:
    await edit(deps, EditedText(kind="dialogue", text="Weg!"), language="de")

    assert len(await first_panel(deps, engine)) == 2


async def test_places_are_chosen_again_for_another_picture(deps: Deps, engine: FakeEngine) -> None:
    await store_picture(deps, version=1, calm=CALM_BELOW)
    await store_picture(deps, version=2, calm=CALM_ABOVE)
    text = EditedText(kind="dialogue", text="Gone!", place=CORNER)
    await edit(deps, text, picture=picture_digest(CALM_BELOW))
    draw(engine, 1, 2)

    (shown,) = await first_panel(deps, engine)
    await choose(deps.blobs, ref("panel", 0, 1), newest=2)
    (with_first_picture,) = await first_panel(deps, engine)

    assert (shown.text, shown.is_placed_by_hand) == ("Gone!", False)
    assert with_first_picture.place == CORNER


async def test_place_that_can_not_be_used_any_more_is_chosen_again(deps: Deps, engine: FakeEngine) -> None:
    tiny = Place(x=0.5, y=0.5, width=0.01, height=0.01)
    other = EditedText(kind="dialogue", text="Where to?", place=CORNER)
    await edit(deps, EditedText(kind="dialogue", text="It is gone for good!", place=tiny), other)

    first, second = await first_panel(deps, engine)

    assert not first.is_placed_by_hand
    assert second.place == CORNER


@pytest.mark.parametrize(("style", "is_right"), [("manga", True), ("comic", False)])
async def test_texts_are_read_in_the_direction_of_the_style(
    deps: Deps, engine: FakeEngine, style: Style, *, is_right: bool
) -> None:
    await deps.generations.delete(GENERATION)
    await store_comic(deps, lettered_panel(1, RAIN, GONE), PANELS[1], style=style)

    first, second = await first_panel(deps, engine)

    assert (first.place.x + first.place.width / 2 > second.place.x + second.place.width / 2) is is_right


async def test_script_from_right_to_left_is_read_so_in_any_style(deps: Deps, engine: FakeEngine) -> None:
    await deps.generations.delete(GENERATION)
    await store_comic(deps, style="comic")
    await store_translation(deps, source_of(PLAN), "ar", "الميناء", ("مطر.", "اختفى!"), ("إلى أين؟", "تحطم"))

    (panel, _) = (await read_lettering(deps, engine, GENERATION, "ar")).panels
    first, second = panel.texts

    assert panel.direction == "rtl"
    assert first.place.x + first.place.width / 2 > second.place.x + second.place.width / 2
