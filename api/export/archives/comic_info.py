"""ComicInfo.xml 2.1: what comic readers and libraries are told about a comic.

https://anansi-project.github.io/docs/comicinfo/schemas/v2.1, by
https://github.com/anansi-project/comicinfo/blob/main/drafts/v2.1/ComicInfo.xsd
"""

import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass

from api.export.comic.comic import APP_NAME, Comic
from api.export.comic.pages import Page, PageKind
from shared.text.clean import one_line

_TYPES: dict[PageKind, str] = {"cover": "FrontCover", "contents": "Other", "story": "Story", "credits": "Other"}


@dataclass(frozen=True, slots=True)
class PageImage:
    """A page, its image's size, and the bookmark that leads to it."""

    page: Page
    size_bytes: int
    width_px: int
    height_px: int
    bookmark: str


def comic_info(comic: Comic, pages: Sequence[PageImage]) -> bytes:
    """Return the file. What isn't known is left out."""
    root = ET.Element("ComicInfo")
    # In the order of the schema.
    fields = {
        "Title": one_line(comic.title),
        "Summary": _summary(comic),
        "Notes": f"Made with {APP_NAME}" if comic.model is None else f"Drawn by the model {one_line(comic.model)}",
        "Year": str(comic.created_at.year),
        "Month": str(comic.created_at.month),
        "Day": str(comic.created_at.day),
        "Web": comic.project or "",
        "PageCount": str(len(pages)),
        "LanguageISO": comic.language or "",
        "BlackAndWhite": "Yes" if comic.style == "manga" else "No",
        "Manga": "YesAndRightToLeft" if comic.direction == "rtl" else "No",
        "Characters": ", ".join(one_line(character.name) for character in comic.analysis.characters),
        "Locations": one_line(comic.analysis.setting.location),
    }
    for name, text in fields.items():
        if text:
            ET.SubElement(root, name).text = text
    described = ET.SubElement(root, "Pages")
    for page in pages:
        ET.SubElement(described, "Page", _attributes(page))
    return ET.tostring(root, encoding="utf-8", xml_declaration=True)


def _attributes(image: PageImage) -> dict[str, str]:
    return {
        "Image": str(image.page.number - 1),
        "Type": _TYPES[image.page.kind],
        "ImageSize": str(image.size_bytes),
        "Bookmark": image.bookmark,
        "ImageWidth": str(image.width_px),
        "ImageHeight": str(image.height_px),
    }


def _summary(comic: Comic) -> str:
    missing = comic.missing_count
    return f"{missing} of {len(comic.panels)} panels are not drawn." if missing else ""
