"""The strips of a webtoon, read back."""

import io
import zipfile
from collections.abc import Sequence

import PIL.Image
import pytest

from api.export.archives.webtoon import MAX_STRIP_PX, STRIP_WIDTH_PX, compose_strips, render_webtoon
from api.export.book.book import Book, Chapter
from api.export.comic.comic import Comic
from api.export.comic.pages import CoverArt, EmptyFrame, Picture
from api.export.formats import render
from shared.images.image import Image
from tests.unit.api.export.comics import COLOURS, SQUARE, comic, drawn_panels, picture

CLOSE = 25
"""How much JPEG may change a colour."""
SHAPES = ((100, 100), (160, 90), (90, 120), (90, 160), (100, 157), (100, 160), (100, 400), (400, 100))


def strips_of(content: bytes) -> dict[str, PIL.Image.Image]:
    archive = zipfile.ZipFile(io.BytesIO(content))
    assert archive.testzip() is None
    return {name: PIL.Image.open(io.BytesIO(archive.read(name))).convert("RGB") for name in archive.namelist()}


def column_of(what: Comic) -> PIL.Image.Image:
    """Return all strips of a comic as one picture."""
    strips = list(strips_of(render_webtoon(what)).values())
    column = PIL.Image.new("RGB", (STRIP_WIDTH_PX, sum(strip.height for strip in strips)))
    top = 0
    for strip in strips:
        column.paste(strip, (0, top))
        top += strip.height
    return column


def bands(column: PIL.Image.Image, colours: Sequence[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """Return the colours of panels in the middle of the column, from top to bottom."""
    seen: list[tuple[int, int, int]] = []
    for y in range(0, column.height, 4):
        pixel = column.getpixel((STRIP_WIDTH_PX // 2, y))
        assert isinstance(pixel, tuple)
        found = next((colour for colour in colours if pixel == pytest.approx(colour, abs=CLOSE)), None)
        if found is not None and (not seen or seen[-1] != found):
            seen.append(found)
    return seen


@pytest.mark.parametrize("count", [1, 2, 6, 15])
def test_strips_are_800_px_wide_and_at_most_1280_px_high(count: int) -> None:
    strips = strips_of(render_webtoon(comic(drawn_panels(count))))

    assert {strip.width for strip in strips.values()} == {800}
    assert all(strip.height <= 1280 for strip in strips.values())
    assert list(strips) == sorted(strips)


@pytest.mark.parametrize("shape", SHAPES)
def test_only_a_panel_that_is_higher_has_a_higher_strip(shape: tuple[int, int]) -> None:
    panel_height = STRIP_WIDTH_PX * shape[1] / shape[0]
    what = comic([picture(COLOURS[0], shape), *drawn_panels(2), picture(COLOURS[1], shape)])

    for strip, drawn in zip(compose_strips(what), strips_of(render_webtoon(what)).values(), strict=True):
        assert drawn.height == sum(block.height_px for block in strip)
        assert drawn.height <= MAX_STRIP_PX or (len(strip) == 1 and panel_height > MAX_STRIP_PX)


def test_panels_are_whole_and_in_reading_order() -> None:
    what = comic([picture(colour, SQUARE) for colour in COLOURS])

    assert bands(column_of(what), COLOURS) == list(COLOURS)
    for strip in compose_strips(what):
        for block in strip:
            for item in block.items:
                assert item.box.y >= 0
                assert item.box.y + item.box.height <= block.height_px
                assert 0 <= item.box.x <= item.box.x + item.box.width <= STRIP_WIDTH_PX


def test_strips_end_in_the_gap_between_two_panels() -> None:
    strips = list(strips_of(render_webtoon(comic([picture(colour, SQUARE) for colour in COLOURS]))).values())

    for strip in strips[:-1]:
        below = strip.crop((0, strip.height - 10, strip.width, strip.height)).convert("L")
        assert sum(below.histogram()[: 255 - CLOSE]) == 0


def test_first_strip_has_the_title() -> None:
    first, other = (strips_of(render_webtoon(comic(drawn_panels(2), title=title))) for title in ("Dawn", "Dusk"))

    assert isinstance(compose_strips(comic(drawn_panels(2)))[0][0].items[0], CoverArt)
    assert first["001.jpg"].tobytes() != other["001.jpg"].tobytes()


def test_panel_that_is_not_drawn_has_its_place_and_a_note() -> None:
    what = comic([*drawn_panels(1), None, *drawn_panels(1)])

    items = [item for strip in compose_strips(what) for block in strip for item in block.items]
    panels = [item for item in items if isinstance(item, Picture | EmptyFrame)]
    assert [type(item) for item in panels] == [Picture, EmptyFrame, Picture]
    assert isinstance(panels[1], EmptyFrame)
    assert panels[1].note == "Panel 2 is not drawn"


def test_comic_without_panels_is_its_title_and_its_credits() -> None:
    assert list(strips_of(render_webtoon(comic([], cast=[("Mira", picture(COLOURS[0]))])))) == ["001.jpg"]


def test_book_has_a_folder_for_each_chapter() -> None:
    dawn, dusk = (comic(drawn_panels(4), title=title) for title in ("Dawn", "Dusk"))

    strips = strips_of(render(Book([Chapter(1, dawn), Chapter(3, dusk)]), "webtoon"))

    assert list(strips) == sorted(strips)
    assert {name.partition("/")[0] for name in strips} == {"01-Dawn", "03-Dusk"}
    assert "01-Dawn/001.jpg" in strips


def test_same_comic_is_the_same_file() -> None:
    assert render_webtoon(comic(drawn_panels(2))) == render_webtoon(comic(drawn_panels(2)))


@pytest.mark.parametrize("title", [" ", "夜の灯台", "שלום مرحبا", "long words " * 30])
def test_any_title_can_be_drawn(title: str) -> None:
    panels: list[Image | None] = [None, *drawn_panels(1)]

    assert strips_of(render_webtoon(comic(panels, title=title)))
