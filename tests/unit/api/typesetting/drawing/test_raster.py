"""Lettering drawn over a picture."""

import PIL.Image
import PIL.ImageChops
import PIL.ImageFont
import pytest

from api.export.comic.pixels import with_values
from api.typesetting.drawing.raster import draw_lettering
from shared.models.lettering import PanelLettering
from tests.unit.api.typesetting.drawing.panels import ALL, ASPECT, panel, set_text, speech

WIDTH, HEIGHT = 800, round(800 / ASPECT)
BOX = (40, 30, WIDTH, HEIGHT)
SKY = (150, 170, 190)


def drawn(lettering: PanelLettering) -> PIL.Image.Image:
    canvas = PIL.Image.new("RGB", (WIDTH + 80, HEIGHT + 60), SKY)
    draw_lettering(canvas, BOX, lettering)
    return canvas


def changed(canvas: PIL.Image.Image) -> tuple[int, int, int, int]:
    """Return the rectangle of the pixels that are no longer sky."""
    found = PIL.ImageChops.difference(canvas, PIL.Image.new("RGB", canvas.size, SKY)).getbbox()
    assert found is not None
    return found


def pixels_of(lettering: PanelLettering) -> tuple[int, int, int, int]:
    place = lettering.texts[0].place
    return (
        round(BOX[0] + place.x * WIDTH),
        round(BOX[1] + place.y * HEIGHT),
        round(BOX[0] + (place.x + place.width) * WIDTH),
        round(BOX[1] + (place.y + place.height) * HEIGHT),
    )


def ink_of(image: PIL.Image.Image) -> tuple[int, int, int, int]:
    found = with_values(image, lambda value: 255 - value).getbbox()
    assert found is not None
    return found


def without_tails(lettering: PanelLettering) -> PanelLettering:
    return lettering.model_copy(
        update={"texts": tuple(text.model_copy(update={"tail": None}) for text in lettering.texts)}
    )


@pytest.mark.parametrize("name", ALL)
def test_nothing_is_drawn_outside_of_the_place(name: str) -> None:
    lettering = without_tails(ALL[name]())
    left, top, right, bottom = changed(drawn(lettering))
    place = pixels_of(lettering)

    assert left >= place[0] - 1
    assert top >= place[1] - 1
    assert right <= place[2] + 1
    assert bottom <= place[3] + 1


@pytest.mark.parametrize("name", ["speech", "column", "arabic", "caption"])
def test_letters_are_ink_on_paper_in_the_middle_of_the_place(name: str) -> None:
    lettering = without_tails(ALL[name]())
    left, top, right, bottom = pixels_of(lettering)
    em = lettering.texts[0].font_size * WIDTH
    canvas = drawn(lettering).convert("L")
    # The outline is in none of these: a balloon is wide in its middle.
    across = canvas.crop((left + round(0.2 * em), top + (bottom - top) // 3, right - round(0.2 * em), bottom))
    down = canvas.crop((left + (right - left) // 3, top + round(0.2 * em), right, bottom - round(0.2 * em)))
    across = across.crop((0, 0, across.width, (bottom - top) // 3))
    down = down.crop((0, 0, (right - left) // 3, down.height))

    for part in (across, down):
        assert part.getextrema() == (0, 255)
    assert across.getpixel((0, across.height // 2)) == 255
    assert across.getpixel((across.width - 1, across.height // 2)) == 255
    x0, _, x1, _ = ink_of(across)
    _, y0, _, y1 = ink_of(down)
    assert abs((x0 + x1) / 2 - across.width / 2) < 0.35 * em
    assert abs((y0 + y1) / 2 - down.height / 2) < 0.35 * em


def test_effect_has_paper_around_its_ink() -> None:
    lettering = ALL["effect"]()
    canvas = drawn(lettering).crop(pixels_of(lettering)).convert("L")
    histogram = canvas.histogram()

    assert histogram[0] > 1000
    assert histogram[255] > 1000


def test_tail_is_paper_within_lines_of_ink() -> None:
    canvas = drawn(speech(tail=(0.6, 0.9)))
    row = [canvas.getpixel((x, 30 + round(0.5 * HEIGHT))) for x in range(canvas.width)]

    assert (255, 255, 255) in row
    assert (0, 0, 0) in row
    assert changed(canvas)[3] == pytest.approx(30 + 0.9 * HEIGHT, abs=4)


@pytest.mark.parametrize("name", ALL)
def test_drawing_is_the_same_each_time(name: str) -> None:
    assert drawn(ALL[name]()).tobytes() == drawn(ALL[name]()).tobytes()


@pytest.mark.parametrize("name", ALL)
def test_pillow_lays_out_no_text(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object, **_options: object) -> None:
        pytest.fail("Pillow's layout of text depends on a library of the system")

    expected = drawn(ALL[name]()).tobytes()
    monkeypatch.setattr(PIL.ImageFont, "truetype", refuse)

    assert drawn(ALL[name]()).tobytes() == expected


@pytest.mark.parametrize("words", [[], [""], [" "], ["\U00012000"], ["a" * 300]])
@pytest.mark.parametrize("kind", ["dialogue", "effect"])
def test_odd_texts_can_be_drawn(words: list[str], kind: str) -> None:
    text = set_text(words, (0.1, 0.1, 0.2, 0.1), kind="effect" if kind == "effect" else "dialogue")

    drawn(panel(text))


def test_lettering_without_texts_changes_nothing() -> None:
    assert drawn(panel()).tobytes() == PIL.Image.new("RGB", (WIDTH + 80, HEIGHT + 60), SKY).tobytes()


def test_balloon_beyond_the_canvas_is_cut_off() -> None:
    canvas = PIL.Image.new("RGB", (200, 150), SKY)

    draw_lettering(canvas, (-100, -80, 400, 300), speech())
    draw_lettering(canvas, (1000, 1000, 400, 300), speech())

    assert canvas.getpixel((20, 20)) != SKY
