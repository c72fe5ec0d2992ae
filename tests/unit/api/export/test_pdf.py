"""The PDF, read with another library: its images, its text, and its structure for screen readers."""

import io
from typing import cast

import PIL.Image
import pytest
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject

from api.export.comic.comic import Comic
from api.export.pdf import render_pdf
from tests.unit.api.export.comics import (
    COLOURS,
    ORDINARY,
    SQUARE,
    TALL,
    WIDE,
    comic,
    drawn_panels,
    picture,
    transparent_picture,
)


def opened(what: Comic) -> PdfReader:
    return PdfReader(io.BytesIO(render_pdf(what)), strict=True)


def catalogue(pdf: PdfReader) -> DictionaryObject:
    return cast("DictionaryObject", pdf.trailer["/Root"])


def structure(pdf: PdfReader) -> list[tuple[str, str]]:
    """Return the parts of the document in reading order: structure types and alternative texts."""
    root = cast("DictionaryObject", catalogue(pdf)["/StructTreeRoot"])
    (document,) = cast("ArrayObject", root["/K"])
    parts = [part.get_object() for part in cast("ArrayObject", document.get_object()["/K"])]
    return [(str(part["/S"]), str(part["/Alt"])) for part in parts]


def pictures(pdf: PdfReader) -> list[PIL.Image.Image]:
    return [PIL.Image.open(io.BytesIO(image.data)) for page in pdf.pages for image in page.images]


def text_of(pdf: PdfReader) -> str:
    # pypdf puts NULs between the letters of some fonts.
    return "\n".join(page.extract_text() for page in pdf.pages).replace("\0", "")


def test_every_image_has_its_original_pixels() -> None:
    panels = drawn_panels(6)

    pdf = opened(comic(panels))

    images = pictures(pdf)
    assert [image.size for image in images] == [WIDE, ORDINARY, TALL, SQUARE, WIDE, ORDINARY]
    assert [image.getpixel((1, 1)) for image in images] == list(COLOURS)


def test_jpeg_is_embedded_unchanged() -> None:
    jpeg = picture(COLOURS[0], image_format="JPEG")

    assert jpeg.content in render_pdf(comic([jpeg, *drawn_panels(1)]))


def test_all_image_formats_are_placed() -> None:
    pdf = opened(comic([transparent_picture(), picture(COLOURS[0], image_format="WEBP")]))

    assert [image.size for image in pictures(pdf)] == [ORDINARY, ORDINARY]


def test_structure_has_title_panels_and_cast_in_order() -> None:
    pdf = opened(comic([*drawn_panels(2), None], cast=[("Mira", picture(COLOURS[0], TALL))]))

    assert structure(pdf) == [
        ("/H1", "The Lamp"),
        ("/Figure", "Panel 1 of 3. Scene 1. Dialogue: Words 1!"),
        ("/Figure", "Panel 2 of 3. Scene 2."),
        ("/Figure", "Not drawn. Panel 3 of 3. Scene 3. Dialogue: Words 3!"),
        ("/H1", "Cast"),
        ("/Figure", "Character sheet of Mira"),
        ("/P", "Mira"),
    ]
    assert cast("DictionaryObject", catalogue(pdf)["/MarkInfo"])["/Marked"]
    assert catalogue(pdf)["/Lang"] == "en"


def test_everything_is_tagged_or_decoration() -> None:
    pdf = opened(comic(drawn_panels(2)))

    for page in pdf.pages:
        contents = page.get_contents()
        assert contents is not None
        drawing = contents.get_data()
        assert drawing.count(b"BDC") + drawing.count(b"BMC") == drawing.count(b"EMC")
        assert drawing.count(b" Do") == drawing.count(b"/Figure <<")


@pytest.mark.parametrize(("direction", "reading"), [("rtl", "/R2L"), ("ltr", "/L2R")])
def test_viewer_preferences_have_title_and_direction(direction: str, reading: str) -> None:
    pdf = opened(comic(drawn_panels(1), title="夜の灯台", direction="rtl" if direction == "rtl" else "ltr"))

    preferences = cast("DictionaryObject", catalogue(pdf)["/ViewerPreferences"])
    assert (preferences["/Direction"], preferences["/DisplayDocTitle"]) == (reading, True)
    assert pdf.metadata is not None
    assert pdf.metadata.title == "夜の灯台"


def test_frame_of_a_missing_panel_has_a_note() -> None:
    assert "Panel 2 is not drawn" in text_of(opened(comic([*drawn_panels(1), None])))


@pytest.mark.parametrize("title", ["The Lamp", "Ночь в Ελλάδα", "夜の灯台", "한국 이야기"])
def test_title_is_text(title: str) -> None:
    assert title in text_of(opened(comic(drawn_panels(1), title=title)))


@pytest.mark.parametrize("title", ["שלום עולם", "مرحبا", "हिन्दी", "Mira و Tom"])
def test_title_that_needs_shaping_is_an_image_with_alternative_text(title: str) -> None:
    pdf = opened(comic(drawn_panels(1), title=title))

    assert structure(pdf)[0] == ("/H1", title)
    assert len(pdf.pages[0].images) == 2


@pytest.mark.parametrize(
    "text", [" ", "😀\U0010ffff", "control\x00\x1b[31m\u202e", "e\u0301" * 500, "long words " * 300]
)
def test_any_title_and_name_can_be_written(text: str) -> None:
    pdf = opened(comic(drawn_panels(1), title=text, cast=[(text, picture(COLOURS[0]))]))

    assert len(pdf.pages) == 2


def test_long_title_is_cut_but_not_in_the_metadata() -> None:
    title = "a long way home " * 20
    pdf = opened(comic(drawn_panels(1), title=title))

    assert "…" in text_of(pdf)
    assert structure(pdf)[0] == ("/H1", title.strip())


def test_same_comic_is_the_same_file() -> None:
    assert render_pdf(comic(drawn_panels(2))) == render_pdf(comic(drawn_panels(2)))
