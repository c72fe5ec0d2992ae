"""The image to share, opened again."""

import io

import PIL.Image
import pytest

from api.export.comic.comic import Comic
from api.export.share_image import MOST_PANELS, SIDE_PX, render_share_image
from tests.unit.api.export.comics import COLOURS, TALL, comic, drawn_panels, picture


def opened(what: Comic) -> PIL.Image.Image:
    image = PIL.Image.open(io.BytesIO(render_share_image(what)))
    assert (image.format, image.size) == ("PNG", (SIDE_PX, SIDE_PX))
    return image.convert("RGB")


def shown(image: PIL.Image.Image) -> set[tuple[int, int, int]]:
    """Return which of the panels' colours cover some of the image."""
    counts = {colour: count for count, colour in image.getcolors(SIDE_PX * SIDE_PX) or []}
    return {colour for colour in COLOURS if counts.get(colour, 0) > 1000}


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 6])
def test_some_panels_cover_most_of_the_image(count: int) -> None:
    image = opened(comic(drawn_panels(count)))

    assert 1 <= len(shown(image)) <= min(count, MOST_PANELS)
    paper = sum(count for count, colour in image.getcolors(SIDE_PX * SIDE_PX) or [] if colour == (255, 255, 255))
    assert paper < 0.6 * SIDE_PX * SIDE_PX


def test_missing_panels_are_skipped() -> None:
    red, green, *_ = drawn_panels(2)

    assert shown(opened(comic([None, green, None, red]))) == {COLOURS[0], COLOURS[1]}


def test_comic_without_panels_shows_its_cast() -> None:
    cast = [("Mira", picture(COLOURS[2], TALL)), ("Tom", picture(COLOURS[3], TALL))]

    assert shown(opened(comic([], cast=cast))) == {COLOURS[2], COLOURS[3]}


def test_title_is_in_the_image() -> None:
    titled, other = (opened(comic(drawn_panels(1), title=title)) for title in ("The Lamp", "夜の灯台"))

    assert titled.crop((0, 0, SIDE_PX, 160)).tobytes() != other.crop((0, 0, SIDE_PX, 160)).tobytes()
