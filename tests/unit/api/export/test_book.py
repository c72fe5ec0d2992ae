"""All chapters as one book."""

import io
import json
import xml.etree.ElementTree as ET
import zipfile

from pypdf import PdfReader

from api.export.book.book import Book, Chapter
from api.export.formats import render
from tests.unit.api.export.comics import comic, drawn_panels

BOOK = Book([Chapter(1, comic(drawn_panels(2), title="Dawn")), Chapter(3, comic(drawn_panels(3), title="Dusk"))])


def archive(content: bytes) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(content))


def test_zip_has_a_folder_for_each_chapter_and_its_contents() -> None:
    files = archive(render(BOOK, "zip"))

    contents = json.loads(files.read("contents.json"))
    assert [(chapter["number"], chapter["folder"]) for chapter in contents["chapters"]] == [
        (1, "01-Dawn"),
        (3, "03-Dusk"),
    ]
    assert {"01-Dawn/panels/02.png", "03-Dusk/panels/03.png", "03-Dusk/analysis.json"} <= set(files.namelist())


def test_pages_of_a_cbz_sort_in_reading_order() -> None:
    files = archive(render(BOOK, "cbz"))

    pages = [name for name in files.namelist() if name.endswith(".jpg")]
    assert pages == sorted(pages)
    assert [name.split("/")[1] for name in pages] == [f"{number:03d}.jpg" for number in range(1, len(pages) + 1)]
    info = ET.fromstring(files.read("ComicInfo.xml"))  # noqa: S314 - our own file
    bookmarks = [page.get("Bookmark") for page in info.iter("Page")]
    assert bookmarks[:3] == ["Cover", "Contents", "Chapter 1: Dawn"]
    assert "Chapter 3: Dusk" in bookmarks


def test_pdf_has_a_bookmark_and_a_link_for_each_chapter() -> None:
    pdf = PdfReader(io.BytesIO(render(BOOK, "pdf")))

    titles = [item.title for item in pdf.outline if not isinstance(item, list)]
    assert titles == ["Cover", "Contents", "Chapter 1: Dawn", "Chapter 3: Dusk"]
    contents = pdf.pages[1]
    assert "Chapter 3: Dusk" in contents.extract_text()
    assert len(contents.annotations or ()) == 2


def test_picture_is_that_of_the_first_chapter() -> None:
    assert render(BOOK, "png") == render(BOOK.first, "png")
