"""The cover: the figures of the sheets, cut out of their background, and the title."""

import PIL.Image
import PIL.ImageChops
import PIL.ImageDraw
import pytest

from api.export.comic.cover import draw_cover
from api.export.comic.cutout import Cutout, cut_out
from shared.images.image import Image
from shared.models.story import Style
from tests.unit.api.export.comics import COLOURS, TALL, comic, drawn_panels, photo, picture, png_of

UPRIGHT, WIDE = (364, 514), (600, 315)
SHEET_SIZE = (300, 400)
WHITE = (255, 255, 255)
GREEN = (0, 255, 0)


def sheet(colour: tuple[int, int, int], background: str = "white", *, touches_the_edge: bool = False) -> Image:
    """Return a sheet with an outlined figure that wears a white shirt, on a pale oval, beside a small frame."""
    image = PIL.Image.new("RGB", SHEET_SIZE, background)
    draw = PIL.ImageDraw.Draw(image)
    draw.ellipse((20, 40, 220, 360), fill="#e4edf2")
    bottom = 400 if touches_the_edge else 370
    draw.rounded_rectangle((70, 60, 170, bottom), 30, fill=colour, outline="black", width=4)
    draw.rectangle((95, 150, 145, 210), fill="white", outline="black", width=3)
    draw.rectangle((240, 30, 285, 80), outline="black", width=3)
    return png_of(image)


def on_green(cut: Cutout) -> PIL.Image.Image:
    """Return a cut-out on a green ground, which shows where the mask ends."""
    ground = PIL.Image.new("RGB", cut.image.size, GREEN)
    ground.paste(cut.image, (0, 0), cut.mask)
    return ground


def count(image: PIL.Image.Image, colour: tuple[int, int, int]) -> int:
    """Return how many pixels have about this colour."""
    red, green, blue = PIL.ImageChops.difference(image, PIL.Image.new("RGB", image.size, colour)).split()
    most = PIL.ImageChops.lighter(PIL.ImageChops.lighter(red, green), blue)
    return sum(most.histogram()[:12])


@pytest.mark.parametrize("background", ["white", "#fdfbf4", "#c8b0a0"])
@pytest.mark.parametrize("touches_the_edge", [False, True])
def test_figure_is_cut_out_with_a_white_border(background: str, touches_the_edge: bool) -> None:
    cut = cut_out(sheet(COLOURS[0], background, touches_the_edge=touches_the_edge))

    assert cut is not None
    shown = on_green(cut)
    middle = (shown.width // 2, shown.height // 2)
    assert shown.width == pytest.approx(101, abs=25)
    assert shown.getpixel((2, 2)) == GREEN
    assert shown.getpixel((middle[0], 30)) == COLOURS[0]
    assert count(shown, WHITE) > 50 * 60
    assert count(shown, (0xE4, 0xED, 0xF2)) < 50


def test_figure_whose_outline_has_a_gap_is_white_inside() -> None:
    image = PIL.Image.new("RGB", SHEET_SIZE, "white")
    draw = PIL.ImageDraw.Draw(image)
    draw.arc((110, 40, 190, 130), 20, 330, fill="black", width=6)
    draw.rectangle((100, 128, 200, 380), fill=COLOURS[0], outline="black", width=6)
    draw.ellipse((140, 75, 152, 90), fill="black")

    cut = cut_out(png_of(image))

    assert cut is not None
    shown = on_green(cut)
    head = shown.crop((shown.width // 2 - 15, 20, shown.width // 2 + 15, 70))
    assert count(head, GREEN) == 0
    assert count(head, WHITE) > 1000
    assert count(head, (0, 0, 0)) > 50


@pytest.mark.parametrize("image", [photo((300, 400)), PIL.Image.new("RGB", (300, 400), "white")])
def test_nothing_is_cut_out_without_a_plain_background_or_a_figure(image: PIL.Image.Image) -> None:
    assert cut_out(png_of(image)) is None


@pytest.mark.parametrize("size", [UPRIGHT, WIDE])
@pytest.mark.parametrize("style", ["manga", "comic"])
@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_every_character_is_on_the_cover(size: tuple[int, int], style: Style, number: int) -> None:
    colours = COLOURS[:number]
    cover = draw_cover(comic(drawn_panels(2), cast=[("Mira", sheet(colour)) for colour in colours], style=style), *size)

    assert cover.size == size
    assert all(count(cover, colour) > 300 for colour in colours)


@pytest.mark.parametrize("style", ["manga", "comic"])
def test_cover_without_sheets_shows_panels(style: Style) -> None:
    cover = draw_cover(comic([None, *drawn_panels(2)], style=style), *UPRIGHT)

    assert all(count(cover, colour) > 3000 for colour in COLOURS[:2])


def test_sheets_without_a_plain_background_are_shown_whole() -> None:
    cover = draw_cover(comic(drawn_panels(2), cast=[("Mira", picture(COLOURS[2], TALL))]), *UPRIGHT)

    assert count(cover, COLOURS[2]) > 0.3 * UPRIGHT[0] * UPRIGHT[1]


@pytest.mark.parametrize("size", [UPRIGHT, WIDE])
@pytest.mark.parametrize(
    "title", ["X", "The Lamp", "夜の灯台とスプーンの秘密", "مرحبا بالعالم", "a long way home " * 20, "W" * 90, "🚀 Go!"]
)
def test_title_is_large_and_away_from_the_edges(size: tuple[int, int], title: str) -> None:
    # No font has this letter, so that cover has no title.
    titled, empty = (draw_cover(comic(drawn_panels(2), title=text), *size) for text in (title, "\U00012000"))

    changed = PIL.ImageChops.difference(titled, empty).getbbox()
    assert changed is not None
    left, top, right, bottom = changed
    assert left >= 0.04 * size[0]
    assert right <= 0.96 * size[0]
    assert top >= 0.04 * size[1]
    assert bottom <= 0.8 * size[1]
    assert (bottom - top) > 0.08 * size[1]


def test_cover_of_a_manga_has_no_colour_of_its_own() -> None:
    grey = picture((90, 90, 90))
    red, green, blue = draw_cover(comic([grey, grey]), *UPRIGHT).split()

    assert red.tobytes() == green.tobytes() == blue.tobytes()


def test_same_comic_has_the_same_cover() -> None:
    one, other = (draw_cover(comic(drawn_panels(2), style="comic"), *UPRIGHT) for _ in range(2))

    assert one.tobytes() == other.tobytes()
