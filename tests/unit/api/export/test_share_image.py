"""The image to share, opened again."""

import io

import PIL.Image
import pytest

from api.export.comic.comic import COVER_PX, Comic
from api.export.comic.layout import MAX_PANELS_A_PAGE
from api.export.comic.lettering import write_line
from api.export.share_image import (
    NOTE_BOX,
    NOTE_PX,
    SIDE_PX,
    render_cover,
    render_share_image,
    selection_line,
)
from tests.unit.api.export.comics import COLOURS, TALL, comic, drawn_panels, photo, picture, png_of


def opened(what: Comic) -> PIL.Image.Image:
    image = PIL.Image.open(io.BytesIO(render_share_image(what)))
    assert (image.format, image.size) == ("PNG", (SIDE_PX, SIDE_PX))
    return image.convert("RGB")


def shown(image: PIL.Image.Image) -> set[tuple[int, int, int]]:
    """Return which of the panels' colours cover some of the image."""
    counts = {colour: count for count, colour in image.getcolors(SIDE_PX * SIDE_PX) or []}
    return {colour for colour in COLOURS if counts.get(colour, 0) > 1000}


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 6])
def test_all_panels_are_shown_if_they_fit(count: int) -> None:
    image = opened(comic(drawn_panels(count)))

    assert shown(image) == set(COLOURS[:count])
    assert (
        selection_line(comic(drawn_panels(count)), count) == f"A manga in {count} {'panel' if count == 1 else 'panels'}"
    )
    paper = sum(count for count, colour in image.getcolors(SIDE_PX * SIDE_PX) or [] if colour == (255, 255, 255))
    assert paper < 0.6 * SIDE_PX * SIDE_PX


@pytest.mark.parametrize("count", [7, 12, 15])
def test_picture_says_how_many_of_the_panels_it_shows(count: int) -> None:
    what = comic(drawn_panels(count))
    image = opened(what)

    lines = {number: line(selection_line(what, number)) for number in range(1, MAX_PANELS_A_PAGE + 1)}
    assert selection_line(what, 5) == f"5 of {count} panels of this manga"
    (number,) = (number for number, expected in lines.items() if bottom(image) == expected)
    assert len(shown(image)) <= number


def test_picture_of_an_unfinished_comic_says_that_panels_are_missing() -> None:
    assert bottom(opened(comic([*drawn_panels(2), None]))) == line("2 of 3 panels of this manga")


def line(text: str) -> bytes:
    """Return the bottom of a picture with this line."""
    canvas = PIL.Image.new("RGB", (SIDE_PX, SIDE_PX), "white")
    write_line(canvas, text, NOTE_BOX, NOTE_PX, is_title=True)
    return bottom(canvas)


def bottom(image: PIL.Image.Image) -> bytes:
    return image.crop((0, SIDE_PX - 40, SIDE_PX, SIDE_PX)).tobytes()


def test_picture_of_15_noisy_panels_is_below_8_mb() -> None:
    noisy = png_of(photo((1024, 768)))

    assert len(render_share_image(comic([noisy] * 15))) < 8_000_000


@pytest.mark.parametrize("title", ["The Lamp", "夜の灯台", "a long way home " * 30])
def test_cover_for_link_previews_is_a_wide_jpeg(title: str) -> None:
    cover = PIL.Image.open(io.BytesIO(render_cover(comic(drawn_panels(1), title=title))))

    assert (cover.format, cover.size) == ("JPEG", COVER_PX)


def test_missing_panels_are_skipped() -> None:
    red, green, *_ = drawn_panels(2)

    assert shown(opened(comic([None, green, None, red]))) == {COLOURS[0], COLOURS[1]}


def test_comic_without_panels_shows_its_cast() -> None:
    cast = [("Mira", picture(COLOURS[2], TALL)), ("Tom", picture(COLOURS[3], TALL))]

    assert shown(opened(comic([], cast=cast))) == {COLOURS[2], COLOURS[3]}


def test_title_is_in_the_image() -> None:
    titled, other = (opened(comic(drawn_panels(1), title=title)) for title in ("The Lamp", "夜の灯台"))

    assert titled.crop((0, 0, SIDE_PX, 160)).tobytes() != other.crop((0, 0, SIDE_PX, 160)).tobytes()
