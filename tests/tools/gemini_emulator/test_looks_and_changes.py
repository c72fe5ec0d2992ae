"""Style texts, sizes and changes can be seen in the pictures."""

import io
from dataclasses import replace

import pytest
from PIL import Image, ImageChops, ImageOps, ImageStat
from pydantic import JsonValue

from tests.tools.gemini_emulator.prompts import CAST, panel_sections
from tools.gemini_emulator.drawing.ink.finishes import FINISHES, finish_for
from tools.gemini_emulator.drawing.pictures import detail_of, draw_character_sheet, draw_panel
from tools.gemini_emulator.drawing.staging import stage_of
from tools.gemini_emulator.drawn_with import DrawnWith, drawn_with
from tools.gemini_emulator.looks import FOLDER, read_presets, sample_of
from tools.gemini_emulator.prompt import Prompt
from tools.gemini_emulator.wire.errors import GoogleError

SIZE, SMALL = (768, 576), (192, 144)


def prompt(style: str = "comic", current: DrawnWith | None = None, **more: JsonValue) -> Prompt:
    sections = {name.replace("_", "-"): value for name, value in more.items()}
    return Prompt("panel", {**panel_sections(style), **sections}, "", current)


def sheet(current: DrawnWith | None = None, **more: JsonValue) -> Prompt:
    return Prompt("character", {"character": CAST[0], "style": "comic", **more}, "", current)


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content)).convert("RGB")


def difference(one: bytes, other: bytes) -> float:
    return ImageStat.Stat(ImageChops.difference(opened(one), opened(other))).mean[0]


@pytest.mark.parametrize("style", ["manga", "comic"])
def test_each_style_text_is_visible_and_unlike_the_others(style: str) -> None:
    texts = ["", *(preset.text for preset in read_presets()), "as my grandmother would paint it"]
    drawn = [draw_panel(prompt(style, style_text=text), SMALL) for text in texts]

    assert len(set(drawn)) == len(texts)
    assert all(difference(drawn[0], other) > 2 for other in drawn[1:])


def test_every_preset_names_a_finish_of_its_own_and_has_its_sample() -> None:
    presets = read_presets()

    assert len(presets) == 8 == len({preset.name for preset in presets})
    finishes = [finish_for(preset.text) for preset in presets]
    assert len({id(finish) for finish in finishes}) == 8
    assert all(finish in FINISHES.values() for finish in finishes)
    assert all(0 < len(preset.text) <= 300 for preset in presets)
    for preset in presets:
        stored = (FOLDER / preset.image).read_bytes()
        assert len(stored) < 4096
        assert difference(stored, sample_of(preset)) < 2


@pytest.mark.parametrize(("image_size", "times"), [("1K", 1), (None, 1), ("2K", 2), ("4K", 4)])
def test_larger_picture_shows_the_same(image_size: str | None, times: int) -> None:
    ordinary = draw_panel(prompt(), SIZE)

    large = draw_panel(prompt(), SIZE, detail_of(image_size))

    assert opened(large).size == (SIZE[0] * times, SIZE[1] * times)
    smaller = io.BytesIO()
    ImageOps.fit(opened(large), SIZE).save(smaller, "PNG")
    assert difference(ordinary, smaller.getvalue()) < 6


@pytest.mark.parametrize("image_size", ["1k", "3K", "512"])
def test_unknown_size_is_refused(image_size: str) -> None:
    with pytest.raises(GoogleError):
        detail_of(image_size)


@pytest.mark.parametrize(
    "wish", ["at night", "in the rain", "in a forest", "give Mira a blue coat", "close-up, please"]
)
def test_change_keeps_the_layout(wish: str) -> None:
    before = stage_of(prompt(), SIZE)

    after = stage_of(prompt(current=DrawnWith(), instructions=wish), SIZE)

    assert after.framing == before.framing
    assert after.seed == before.seed
    assert [
        replace(actor, look=old.look, expression=old.expression)
        for actor, old in zip(after.actors, before.actors, strict=True)
    ] == list(before.actors)
    assert after.bubble == before.bubble
    assert after != before


def test_redraw_with_the_same_wish_has_another_layout() -> None:
    assert stage_of(prompt(instructions="close-up, at night"), SIZE).framing != stage_of(prompt(), SIZE).framing


def test_wish_that_the_drawing_can_not_show_is_noted_on_it() -> None:
    unchanged = draw_panel(prompt(), SIZE)

    changed = draw_panel(prompt(current=DrawnWith(), instructions="add a dragon"), SIZE)

    assert stage_of(prompt(current=DrawnWith(), instructions="add a dragon"), SIZE).note == "add a dragon"
    assert stage_of(prompt(current=DrawnWith(), instructions="at night"), SIZE).note == ""
    assert 0 < difference(unchanged, changed) < 6


def test_later_changes_keep_the_earlier_ones() -> None:
    first = drawn_with(draw_panel(prompt(instructions="close-up"), SIZE))
    second = drawn_with(draw_panel(prompt(current=first, instructions="at night"), SIZE))
    third = stage_of(prompt(current=second, instructions="in the rain"), SIZE)

    assert second == DrawnWith("close-up", ("at night", "close-up"))
    assert (third.framing.shot, third.daytime, third.weather) == ("close", "night", "rain")


def test_picture_without_instructions_has_no_notes_in_its_file() -> None:
    content = draw_panel(prompt(), SIZE)

    assert b"iTXt" not in content
    assert drawn_with(content) == drawn_with(b"no picture") == DrawnWith()


def test_sheet_shows_the_wish_or_notes_it() -> None:
    before = draw_character_sheet(sheet(), (576, 768))
    blue = draw_character_sheet(sheet(DrawnWith(), instructions="a blue coat"), (576, 768))
    noted = draw_character_sheet(sheet(DrawnWith(), instructions="more heroic"), (576, 768))

    assert difference(before, blue) > 1
    assert 0 < difference(before, noted) < 6
    assert blue != noted
