"""`cbz`: the comic's pages as images, with a ComicInfo.xml that has the reading direction.

ComicInfo: https://anansi-project.github.io/docs/comicinfo/documentation
"""

import xml.etree.ElementTree as ET
from collections.abc import Sequence

import PIL.Image

from api.export.archive import Archive
from api.export.comic.comic import Comic
from api.export.comic.layout import Box, Sheet
from api.export.comic.lettering import write_line
from api.export.comic.pages import (
    PAGE_NUMBER_MM,
    TEXT_MM,
    TITLE_MM,
    Caption,
    EmptyFrame,
    Heading,
    Item,
    Page,
    Picture,
    compose,
)
from api.export.comic.pixels import PAPER, draw_frame, encoded, place_image
from shared.text.clean import one_line

PIXELS_A_MM = 8.0
"""A panel as wide as the page has about as many pixels as the model draws."""
_FRAME_PX = 3
_JPEG_QUALITY = 90


def render_cbz(comic: Comic) -> bytes:
    """Return the archive's bytes."""
    sheet = Sheet()
    pages = compose(comic, sheet)
    archive = Archive()
    archive.add("ComicInfo.xml", _comic_info(comic, pages))
    for page in pages:
        archive.add(f"{page.number:03d}.jpg", render_page(page, sheet))
    return archive.content()


def render_page(page: Page, sheet: Sheet) -> bytes:
    """Return a page as a JPEG file."""
    canvas = PIL.Image.new("RGB", (round(sheet.width * PIXELS_A_MM), round(sheet.height * PIXELS_A_MM)), PAPER)
    for item in page.items:
        _draw(canvas, item)
    write_line(canvas, str(page.number), _in_pixels(page.number_box), PAGE_NUMBER_MM * PIXELS_A_MM)
    # Chroma subsampling blurs line art.
    return encoded(canvas, "JPEG", quality=_JPEG_QUALITY, subsampling=0)


def _draw(canvas: PIL.Image.Image, item: Item) -> None:
    box = _in_pixels(item.box)
    match item:
        case Heading():
            write_line(canvas, item.text, box, TITLE_MM * PIXELS_A_MM)
        case Caption():
            write_line(canvas, item.text, box, TEXT_MM * PIXELS_A_MM)
        case Picture():
            place_image(canvas, item.image, box)
            draw_frame(canvas, box, _FRAME_PX)
        case EmptyFrame():
            draw_frame(canvas, box, _FRAME_PX)
            write_line(canvas, item.note, box, TEXT_MM * PIXELS_A_MM)


def _in_pixels(box: Box) -> Box:
    return Box(*(length * PIXELS_A_MM for length in box))


def _comic_info(comic: Comic, pages: Sequence[Page]) -> bytes:
    root = ET.Element("ComicInfo")
    # In the order of the format's schema.
    fields = {
        "Title": one_line(comic.title),
        "Summary": _summary(comic),
        "PageCount": str(len(pages)),
        "LanguageISO": "en",
        "Manga": "YesAndRightToLeft" if comic.direction == "rtl" else "No",
        "Characters": ", ".join(one_line(character.name) for character in comic.analysis.characters),
    }
    for name, text in fields.items():
        if text:
            ET.SubElement(root, name).text = text
    return ET.tostring(root, encoding="utf-8", xml_declaration=True)


def _summary(comic: Comic) -> str:
    missing = sum(panel.image is None for panel in comic.panels)
    return f"{missing} of {len(comic.panels)} panels are not drawn." if missing else ""
