"""The comic book archive, read back: its pages and its metadata."""

import io
import zipfile

import PIL.Image
import pytest
from defusedxml import ElementTree

from api.export.cbz import PIXELS_A_MM, render_cbz
from api.export.comic.comic import Comic
from api.export.comic.layout import Sheet
from api.export.comic.pages import Picture, compose
from tests.unit.api.export.comics import COLOURS, TALL, comic, drawn_panels, picture, transparent_picture

CLOSE = 25
"""How much JPEG may change a colour."""


def pages_of(what: Comic) -> list[PIL.Image.Image]:
    archive = zipfile.ZipFile(io.BytesIO(render_cbz(what)))
    names = [name for name in archive.namelist() if name != "ComicInfo.xml"]
    assert names == sorted(names)
    return [PIL.Image.open(io.BytesIO(archive.read(name))) for name in names]


def comic_info(what: Comic) -> dict[str, str | None]:
    archive = zipfile.ZipFile(io.BytesIO(render_cbz(what)))
    return {element.tag: element.text for element in ElementTree.fromstring(archive.read("ComicInfo.xml"))}


def colour_at(page: PIL.Image.Image, x_mm: float, y_mm: float) -> tuple[int, ...]:
    pixel = page.getpixel((round(x_mm * PIXELS_A_MM), round(y_mm * PIXELS_A_MM)))
    assert isinstance(pixel, tuple)
    return tuple(int(channel) for channel in pixel)


def test_every_panel_is_drawn_completely_in_its_box() -> None:
    what = comic(drawn_panels(6), cast=[("Mira", picture(COLOURS[0], TALL))])
    pages = compose(what, Sheet())
    images = pages_of(what)

    assert len(images) == len(pages)
    shown = [(image, item) for image, page in zip(images, pages, strict=True) for item in page.items]
    pictures = [(image, item) for image, item in shown if isinstance(item, Picture)]
    assert len(pictures) == 7
    for (image, item), colour in zip(pictures, [*COLOURS, COLOURS[0]], strict=True):
        box = item.box
        for x in (box.x + 2, box.x + box.width - 2):
            for y in (box.y + 2, box.y + box.height - 2):
                assert colour_at(image, x, y) == pytest.approx(colour, abs=CLOSE)


def test_transparent_parts_are_white() -> None:
    what = comic([transparent_picture(), *drawn_panels(1)])
    (box, *_) = (item.box for item in compose(what, Sheet())[0].items if isinstance(item, Picture))

    assert colour_at(pages_of(what)[0], box.x + 5, box.y + 5) == pytest.approx((255, 255, 255), abs=CLOSE)


@pytest.mark.parametrize(("direction", "manga"), [("rtl", "YesAndRightToLeft"), ("ltr", "No")])
def test_metadata_has_title_direction_and_page_count(direction: str, manga: str) -> None:
    what = comic(drawn_panels(6), title="夜 & <b>\x1b\u202e", direction="rtl" if direction == "rtl" else "ltr")

    info = comic_info(what)

    assert (info["Title"], info["Manga"], info["Characters"]) == ("夜 & <b>", manga, "Mira")
    assert info["PageCount"] == str(len(pages_of(what)))
    assert "Summary" not in info


def test_summary_counts_missing_panels() -> None:
    assert comic_info(comic([*drawn_panels(1), None, None]))["Summary"] == "2 of 3 panels are not drawn."


def test_frame_of_a_missing_panel_has_a_note() -> None:
    drawn, missing = (pages_of(comic([*drawn_panels(1), panel]))[0] for panel in (picture((255, 255, 255)), None))

    assert drawn.size == missing.size
    assert drawn.tobytes() != missing.tobytes()


@pytest.mark.parametrize(
    "text", ["", "夜の灯台", "שלום مرحبا हिन्दी", "😀\U0010ffff", "long words " * 60, "e\u0301" * 300]
)
def test_any_title_and_name_can_be_drawn(text: str) -> None:
    what = comic(drawn_panels(1), title=text or " ", cast=[(text or " ", picture(COLOURS[0]))])

    assert len(pages_of(what)) == 2
