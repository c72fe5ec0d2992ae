"""The comic book archive, read back: its pages and its metadata."""

import io
import zipfile
from xml.etree.ElementTree import Element

import PIL.Image
import PIL.ImageChops
import PIL.ImageStat
import pytest
from defusedxml import ElementTree

from api.export.archives.cbz import PIXELS_A_MM, render_cbz
from api.export.comic.comic import Comic
from api.export.comic.layout import Box, Sheet
from api.export.comic.lettering import write_line
from api.export.comic.pages import TITLE_MM, Heading, Picture, compose
from shared.models.story import Style
from tests.unit.api.export.comics import COLOURS, TALL, comic, drawn_panels, picture, transparent_picture

# https://github.com/anansi-project/comicinfo/blob/main/drafts/v2.1/ComicInfo.xsd
IN_ORDER = (
    " Title Series Number Count Volume AlternateSeries AlternateNumber AlternateCount Summary Notes Year Month Day "
    "Writer Penciller Inker Colorist Letterer CoverArtist Editor Translator Publisher Imprint Genre Tags Web PageCount "
    "LanguageISO Format BlackAndWhite Manga Characters Teams Locations ScanInformation StoryArc StoryArcNumber "
    "SeriesGroup AgeRating Pages CommunityRating MainCharacterOrTeam Review GTIN "
)
INTEGERS = {"Count", "Volume", "Year", "Month", "Day", "PageCount"}
ENUMERATIONS = {"BlackAndWhite": {"Unknown", "No", "Yes"}, "Manga": {"Unknown", "No", "Yes", "YesAndRightToLeft"}}
PAGE_ATTRIBUTES = {"Image", "Type", "DoublePage", "ImageSize", "Key", "Bookmark", "ImageWidth", "ImageHeight"}
PAGE_TYPES = {"FrontCover", "InnerCover", "Roundup", "Story", "Editorial", "Letters", "Preview", "BackCover", "Other"}

CLOSE = 25
"""How much JPEG may change a colour."""


def pages_of(what: Comic) -> list[PIL.Image.Image]:
    archive = zipfile.ZipFile(io.BytesIO(render_cbz(what)))
    names = [name for name in archive.namelist() if name != "ComicInfo.xml"]
    assert names == sorted(names)
    return [PIL.Image.open(io.BytesIO(archive.read(name))) for name in names]


def comic_info_of(what: Comic) -> Element:
    archive = zipfile.ZipFile(io.BytesIO(render_cbz(what)))
    return ElementTree.fromstring(archive.read("ComicInfo.xml"))


def comic_info(what: Comic) -> dict[str, str | None]:
    return {element.tag: element.text for element in comic_info_of(what)}


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


def test_titles_are_in_the_display_typeface() -> None:
    what = comic(drawn_panels(1))
    (heading,) = (item for item in compose(what, Sheet())[-1].items if isinstance(item, Heading))
    box = Box(*(length * PIXELS_A_MM for length in heading.box))
    size = (round(Sheet().width * PIXELS_A_MM), round(Sheet().height * PIXELS_A_MM))
    expected = PIL.Image.new("RGB", size, "white")
    write_line(expected, what.title, box, TITLE_MM * PIXELS_A_MM, is_title=True)
    plain = PIL.Image.new("RGB", size, "white")
    write_line(plain, what.title, box, TITLE_MM * PIXELS_A_MM)

    def distance(other: PIL.Image.Image) -> float:
        area = (round(box.x), round(box.y), round(box.x + box.width), round(box.y + box.height))
        drawn = pages_of(what)[-1].convert("RGB")
        return PIL.ImageStat.Stat(PIL.ImageChops.difference(drawn.crop(area), other.crop(area))).mean[0]

    assert distance(expected) < 1 < distance(plain)


def test_transparent_parts_are_white() -> None:
    what = comic([transparent_picture(), *drawn_panels(1)])
    (box, *_) = (item.box for item in compose(what, Sheet())[1].items if isinstance(item, Picture))

    assert colour_at(pages_of(what)[1], box.x + 5, box.y + 5) == pytest.approx((255, 255, 255), abs=CLOSE)


@pytest.mark.parametrize(("direction", "manga"), [("rtl", "YesAndRightToLeft"), ("ltr", "No")])
def test_metadata_has_title_direction_and_page_count(direction: str, manga: str) -> None:
    what = comic(drawn_panels(6), title="夜 & <b>\x1b\u202e", direction="rtl" if direction == "rtl" else "ltr")

    info = comic_info(what)

    assert (info["Title"], info["Manga"], info["Characters"]) == ("夜 & <b>", manga, "Mira")
    assert info["PageCount"] == str(len(compose(what, Sheet())))
    assert "Summary" not in info


def test_pages_are_in_the_root_and_sorted_by_name() -> None:
    names = zipfile.ZipFile(io.BytesIO(render_cbz(comic(drawn_panels(15))))).namelist()

    pages = names[1:]
    assert names[0] == "ComicInfo.xml"
    assert pages == [f"{number:03d}.jpg" for number in range(1, len(pages) + 1)]


def test_metadata_is_valid_by_the_schema() -> None:
    root = comic_info_of(comic([*drawn_panels(2), None], language="pt-BR"))

    tags = [element.tag for element in root]
    assert root.tag == "ComicInfo"
    assert tags == sorted(tags, key=lambda tag: IN_ORDER.index(f" {tag} "))
    for element in root:
        if element.tag in INTEGERS:
            assert int(element.text or "") > 0
        assert (element.text in ENUMERATIONS[element.tag]) if element.tag in ENUMERATIONS else True
    for page in root.findall("Pages/Page"):
        assert set(page.attrib) <= PAGE_ATTRIBUTES
        assert page.attrib["Type"] in PAGE_TYPES


def test_metadata_describes_each_page() -> None:
    what = comic(drawn_panels(3), cast=[("Mira", picture(COLOURS[0], TALL))])
    archive = zipfile.ZipFile(io.BytesIO(render_cbz(what)))
    described = [page.attrib for page in comic_info_of(what).findall("Pages/Page")]

    files = [name for name in archive.namelist() if name.endswith(".jpg")]
    assert [page["Type"] for page in described] == ["FrontCover", *["Story"] * (len(files) - 2), "Other"]
    for number, (name, page) in enumerate(zip(files, described, strict=True)):
        content = archive.read(name)
        size = PIL.Image.open(io.BytesIO(content)).size
        assert (page["Image"], page["ImageSize"]) == (str(number), str(len(content)))
        assert (page["ImageWidth"], page["ImageHeight"]) == tuple(map(str, size))


@pytest.mark.parametrize(("style", "is_black_and_white"), [("manga", "Yes"), ("comic", "No")])
def test_metadata_has_style_date_and_language(style: Style, is_black_and_white: str) -> None:
    info = comic_info(comic(drawn_panels(2), style=style, language="ja"))

    assert (info["Year"], info["Month"], info["Day"]) == ("2026", "1", "1")
    assert (info["LanguageISO"], info["BlackAndWhite"]) == ("ja", is_black_and_white)


def test_unknown_language_is_left_out() -> None:
    assert "LanguageISO" not in comic_info(comic(drawn_panels(2)))


def test_same_comic_is_the_same_file() -> None:
    assert render_cbz(comic(drawn_panels(2))) == render_cbz(comic(drawn_panels(2)))


def test_summary_counts_missing_panels() -> None:
    assert comic_info(comic([*drawn_panels(1), None, None]))["Summary"] == "2 of 3 panels are not drawn."


def test_frame_of_a_missing_panel_has_a_note() -> None:
    drawn, missing = (pages_of(comic([*drawn_panels(1), panel]))[1] for panel in (picture((255, 255, 255)), None))

    assert drawn.size == missing.size
    assert drawn.tobytes() != missing.tobytes()


@pytest.mark.parametrize(
    "text", ["", "夜の灯台", "שלום مرحبا हिन्दी", "😀\U0010ffff", "long words " * 60, "e\u0301" * 300]
)
def test_any_title_and_name_can_be_drawn(text: str) -> None:
    what = comic(drawn_panels(1), title=text or " ", cast=[(text or " ", picture(COLOURS[0]))])

    assert len(pages_of(what)) == 3
