"""The PDF, read with another library: its images, its text, and its structure for screen readers."""

import io
from typing import cast, get_args

import PIL.Image
import pytest
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject

from api.export.comic.comic import Comic
from api.export.comic.layout import Sheet
from api.export.comic.pages import compose
from api.export.comic.pixels import encoded, resized, with_values
from api.export.pdf.document import render_pdf
from shared.images.image import Image
from shared.models.story import Style
from tests.unit.api.export.comics import (
    COLOURS,
    ORDINARY,
    SQUARE,
    TALL,
    WIDE,
    comic,
    drawn_panels,
    photo,
    picture,
    png_of,
    transparent_picture,
)
from tests.unit.api.export.emulated import emulated_comic


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
    """Return the images of all pages after the cover."""
    return [PIL.Image.open(io.BytesIO(image.data)) for page in pdf.pages[1:] for image in page.images]


def with_alpha(image: PIL.Image.Image) -> PIL.Image.Image:
    """Return the image with transparent parts."""
    mask = with_values(resized(PIL.Image.linear_gradient("L"), image.size), lambda value: 255 if value < 32 else value)
    return PIL.Image.merge("RGBA", (*image.split(), mask))


def text_of(pdf: PdfReader) -> str:
    # pypdf puts NULs between the letters of some fonts.
    return "\n".join(page.extract_text() for page in pdf.pages).replace("\0", "")


def test_every_image_has_its_original_pixels() -> None:
    panels = drawn_panels(6)

    pdf = opened(comic(panels))

    images = pictures(pdf)
    assert [image.size for image in images] == [WIDE, ORDINARY, TALL, SQUARE, WIDE, ORDINARY]
    assert [image.convert("RGB").getpixel((1, 1)) for image in images] == list(COLOURS)


def test_jpeg_is_embedded_unchanged() -> None:
    jpeg = picture(COLOURS[0], image_format="JPEG")

    assert jpeg.content in render_pdf(comic([jpeg, *drawn_panels(1)]))


def test_all_image_formats_are_placed() -> None:
    pdf = opened(comic([transparent_picture(), picture(COLOURS[0], image_format="WEBP")]))

    transparent, webp = (image.convert("RGB") for image in pictures(pdf))
    assert transparent.size == webp.size == ORDINARY
    assert transparent.getpixel((1, 1)) == (255, 255, 255)
    assert webp.getpixel((1, 1)) == pytest.approx(COLOURS[0], abs=10)


@pytest.mark.parametrize("mode", ["L", "P", "RGB", "LA", "RGBA"])
def test_png_of_any_kind_keeps_its_pixels(mode: str) -> None:
    shaded = photo((60, 40)).convert(mode)

    (embedded,) = pictures(opened(comic([png_of(shaded)])))

    assert embedded.convert("RGB").tobytes() == shaded.convert("RGB").tobytes()


def test_grey_with_16_bits_keeps_its_shade() -> None:
    (embedded,) = pictures(opened(comic([png_of(PIL.Image.new("I;16", ORDINARY, 0x8080))])))

    assert embedded.convert("RGB").getpixel((1, 1)) == (0x80, 0x80, 0x80)


@pytest.mark.parametrize(
    ("image_format", "options"),
    [("PNG", {}), ("JPEG", {"quality": 90}), ("WEBP", {"quality": 80}), ("WEBP", {"lossless": True})],
)
def test_file_is_at_most_1_5_times_as_large_as_its_images(image_format: str, options: dict[str, object]) -> None:
    check_size(Image(encoded(photo((1024, 768)), image_format, **options), f"image/{image_format.lower()}"))


def test_file_is_not_large_either_if_images_are_transparent() -> None:
    check_size(png_of(with_alpha(photo((1024, 768)))))


@pytest.mark.parametrize("style", get_args(Style.__value__))
def test_file_is_not_large_either_if_images_are_small_drawings(style: Style) -> None:
    drawn = emulated_comic("lighthouse", style)

    assert len(render_pdf(drawn)) < 1.5 * sum(len(image.content) for image in drawn.images)


def check_size(image: Image) -> None:
    # One byte more after its end makes each of them a different file.
    images = [Image(image.content + bytes([number]), image.media_type) for number in range(3)]

    assert len(render_pdf(comic(images))) < 1.5 * 3 * len(image.content)


def test_structure_has_title_panels_and_cast_in_order() -> None:
    pdf = opened(comic([*drawn_panels(2), None], cast=[("Mira", picture(COLOURS[0], TALL))]))

    assert structure(pdf) == [
        ("/H1", "The Lamp"),
        ("/Figure", "Cover: The Lamp. A manga in 3 panels, with Mira."),
        ("/Figure", "Panel 1 of 3. Scene 1. Dialogue: Words 1!"),
        ("/Figure", "Panel 2 of 3. Scene 2."),
        ("/Figure", "Not drawn. Panel 3 of 3. Scene 3. Dialogue: Words 3!"),
        ("/H1", "Cast"),
        ("/Figure", "Character sheet of Mira"),
        ("/P", "Mira"),
        ("/P", "The Lamp"),
        ("/P", "A manga in 3 panels, 1 of them not drawn"),
        ("/P", "Made on 1 January 2026 with story-to-manga"),
        ("/P", "Pictures drawn by the model paint-1"),
        ("/P", "https://example.com/project"),
    ]
    assert cast("DictionaryObject", catalogue(pdf)["/MarkInfo"])["/Marked"]


@pytest.mark.parametrize("language", ["ja", "pt-BR", None])
def test_language_is_that_of_the_story(language: str | None) -> None:
    assert catalogue(opened(comic(drawn_panels(2), language=language))).get("/Lang") == language


def test_each_page_has_a_bookmark() -> None:
    what = comic([picture(COLOURS[0])] * 8)
    pdf = opened(what)

    bookmarks = [item for item in pdf.outline if not isinstance(item, list)]
    names = [str(bookmark.title) for bookmark in bookmarks]
    assert names == [page.name for page in compose(what, Sheet())]
    assert (names[0], names[1][:11], names[-1]) == ("Cover", "Panels 1 to", "Cast and credits")
    assert [pdf.get_destination_page_number(bookmark) for bookmark in bookmarks] == list(range(len(pdf.pages)))


def test_author_is_empty() -> None:
    metadata = opened(comic(drawn_panels(2))).metadata

    assert metadata is not None
    assert metadata.author is None


def test_credits_link_to_the_project() -> None:
    (link,) = cast("ArrayObject", opened(comic(drawn_panels(2))).pages[-1]["/Annots"])

    action = cast("DictionaryObject", link.get_object()["/A"])
    assert action["/URI"] == "https://example.com/project"


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


def test_title_is_in_the_display_typeface_where_it_has_the_letters() -> None:
    fonts = {
        str(font["/BaseFont"]).partition("+")[2]
        for page in opened(comic(drawn_panels(1), title="Mira と Tom")).pages
        for font in cast("dict[str, DictionaryObject]", cast("DictionaryObject", page["/Resources"])["/Font"]).values()
    }

    assert any("Bangers" in font for font in fonts)
    assert any("CJK" in font for font in fonts)


@pytest.mark.parametrize("title", ["שלום עולם", "مرحبا", "हिन्दी", "Mira و Tom"])
def test_title_that_needs_shaping_is_an_image_with_alternative_text(title: str) -> None:
    pdf = opened(comic(drawn_panels(1), title=title))

    assert structure(pdf)[0] == ("/H1", title)
    assert len(pdf.pages[0].images) == 1
    assert len(pdf.pages[-1].images) == 1


@pytest.mark.parametrize(
    "text", [" ", "😀\U0010ffff", "control\x00\x1b[31m\u202e", "e\u0301" * 500, "long words " * 300]
)
def test_any_title_and_name_can_be_written(text: str) -> None:
    pdf = opened(comic(drawn_panels(1), title=text, cast=[(text, picture(COLOURS[0]))]))

    assert len(pdf.pages) == 3


def test_long_title_is_cut_but_not_in_the_metadata() -> None:
    title = "a long way home " * 20
    pdf = opened(comic(drawn_panels(1), title=title))

    assert "…" in text_of(pdf)
    assert structure(pdf)[0] == ("/H1", title.strip())


def test_same_comic_is_the_same_file() -> None:
    assert render_pdf(comic(drawn_panels(2))) == render_pdf(comic(drawn_panels(2)))
