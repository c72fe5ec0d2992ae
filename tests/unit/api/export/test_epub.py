"""The EPUB, opened again and checked by the rules of EPUB 3.3."""

import io
import os
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from xml.etree.ElementTree import Element

import pytest
from defusedxml import ElementTree

from api.export.book.book import Book, Chapter
from api.export.comic.comic import Comic, panel_text, scene_text
from api.export.epub.document import render_epub
from api.export.formats import render
from tests.support.epub.archive import Epub
from tests.support.epub.check import problems_of
from tests.support.epub.documents import XHTML
from tests.support.epub.package import DC, OPF, Package
from tests.unit.api.export.comics import COLOURS, TALL, comic, drawn_panels, picture
from tests.unit.api.export.lettered import WORDS, lettered_comic

WEBP, JPEG = (picture(COLOURS[1], image_format=image_format) for image_format in ("WEBP", "JPEG"))
CAST = [("Mira", picture(COLOURS[0], TALL))]
COMICS = {
    "finished": comic(drawn_panels(8), cast=CAST, language="en"),
    "unfinished": comic([*drawn_panels(3), None, WEBP, JPEG], cast=CAST),
    "without panels": comic([], cast=CAST, language="zh-Hant-TW"),
    "hostile": comic(drawn_panels(2), title='<b>&"\x00\x1b\ud800]]>', cast=[('"><script>', JPEG)], language="pt-BR"),
    **{language: lettered_comic([*drawn_panels(3), None], language) for language in WORDS},
}
BOOK = Book([Chapter(1, comic(drawn_panels(2), title="Dawn")), Chapter(3, lettered_comic(drawn_panels(3), "he"))])
BOOKS: dict[str, Comic | Book] = {**COMICS, "book": BOOK}
EPUBCHECK = os.environ.get("EPUBCHECK", "")


def pages_of(what: Comic | Book) -> list[Element]:
    epub = Epub(render(what, "epub"))
    return [epub.xml(path) for path in Package(epub).spine]


def changed(content: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """Return an archive with another content for one of its files."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(out, "w") as copy:
        for entry in archive.infolist():
            before = archive.read(entry)
            copy.writestr(entry, change(before) if entry.filename == name else before)
    return out.getvalue()


@pytest.mark.parametrize("name", BOOKS)
def test_epub_keeps_the_rules(name: str) -> None:
    assert problems_of(render(BOOKS[name], "epub")) == []


@pytest.mark.skipif(not EPUBCHECK, reason="EPUBCHECK does not name EPUBCheck's JAR")
@pytest.mark.parametrize("name", BOOKS)
def test_epubcheck_finds_no_errors_or_warnings(name: str, tmp_path: Path) -> None:
    path = tmp_path / "book.epub"
    path.write_bytes(render(BOOKS[name], "epub"))

    ran = subprocess.run(["java", "-jar", EPUBCHECK, "-w", path], capture_output=True, text=True, check=False)  # noqa: S607

    assert (ran.returncode, ran.stderr) == (0, "")


@pytest.mark.parametrize(
    ("name", "before", "after", "code"),
    [
        ("mimetype", b"epub+zip", b"epub+zip\n", "PKG-007"),
        ("EPUB/package.opf", b"urn:uuid:", b"urn:uuid:{", "OPF-085"),
        ("EPUB/package.opf", b'version="3.0"', b'version="2.0"', "OPF-001"),
        ("EPUB/package.opf", b"<dc:language>en<", b"<dc:language>english<", "OPF-092"),
        ("EPUB/package.opf", b">pre-paginated<", b">fixed<", "RSC-005"),
        ("EPUB/package.opf", b"T00:00:00Z", b"T00:00:00", "RSC-005"),
        ("EPUB/package.opf", b'href="pages/003.xhtml"', b'href="pages/009.xhtml"', "RSC-001"),
        ("EPUB/package.opf", b'idref="item-pages-002-xhtml"', b'idref="item-pages-009-xhtml"', "OPF-049"),
        ("EPUB/package.opf", b'"nav"', b'"svg"', "RSC-005"),
        ("EPUB/package.opf", b'media-type="image/png"', b'media-type="image/jpeg"', "OPF-029"),
        ("EPUB/pages/002.xhtml", b"height=1542", b"height=auto", "HTM-057"),
        ("EPUB/pages/002.xhtml", b', height=1542"', b'"', "HTM-056"),
        ("EPUB/pages/002.xhtml", b"<body", b"<marquee/><body", "RSC-005"),
        ("EPUB/pages/002.xhtml", b"../images/002-1", b"../images/009-1", "RSC-007"),
        ("EPUB/pages/002.xhtml", b"../images/002-1.png", b"https://a.example/b.png", "RSC-006"),
        ("EPUB/pages/002.xhtml", b"left: 72px", b"direction: rtl", "CSS-001"),
        ("EPUB/pages/002.xhtml", b'alt="Panel 1', b'title="Panel 1', "RSC-005"),
        ("EPUB/style.css", b"sans-serif", b"url(https://a.example/b.ttf)", "RSC-006"),
        ("EPUB/nav.xhtml", b"pages/003.xhtml", b"pages/009.xhtml", "RSC-007"),
        ("EPUB/nav.xhtml", b'"toc"', b'"loi"', "RSC-005"),
        ("EPUB/nav.xhtml", b"pages/001.xhtml", b"pages/004.xhtml", "NAV-011"),
    ],
)
def test_rules_find_what_is_wrong(name: str, before: bytes, after: bytes, code: str) -> None:
    content = render_epub(COMICS["finished"])

    problems = problems_of(changed(content, name, lambda file: file.replace(before, after)))

    assert code in {problem.partition(":")[0] for problem in problems}


def test_images_are_the_original_files() -> None:
    images = [*drawn_panels(2), WEBP, JPEG]

    epub = Epub(render_epub(comic([*images, None])))

    stored = {content for name, content in epub.files.items() if name.startswith("EPUB/images/")}
    assert {image.content for image in images} <= stored
    assert len(stored) == len({image.content for image in images}) + 1


def test_every_image_has_its_scene_and_dialogue_as_alternative_text() -> None:
    what = COMICS["unfinished"]

    pages = pages_of(what)

    described = [image.get("alt") for page in pages for image in page.iter(f"{XHTML}img")]
    missing = [frame.get("aria-label") for page in pages for frame in page.iter(f"{XHTML}div")]
    texts = [panel_text(panel, number, 6) for number, panel in enumerate(what.panels, 1)]
    assert described[1:6] == [text for text, panel in zip(texts, what.panels, strict=True) if panel.image]
    assert described[6:] == ["Character sheet of Mira"]
    assert [text for text in missing if text] == [f"Not drawn. {texts[3]}"]


@pytest.mark.parametrize("direction", ["rtl", "ltr"])
def test_pages_follow_each_other_in_the_reading_direction(direction: str) -> None:
    what = comic(drawn_panels(3), direction="rtl" if direction == "rtl" else "ltr")

    spine = Package(Epub(render_epub(what))).root.find(f"{OPF}spine")

    assert spine is not None
    assert spine.get("page-progression-direction") == direction


def test_language_that_is_not_known_is_said_to_be_undetermined() -> None:
    package = Package(Epub(render_epub(comic(drawn_panels(2), language=None))))

    assert [element.text for element in package.root.iter(f"{DC}language")] == ["und"]


def test_metadata_has_title_language_date_and_cover() -> None:
    package = Package(Epub(render_epub(comic(drawn_panels(2), title="夜 & <b>", language="ja"))))

    texts = {element.tag.removeprefix(DC): element.text for element in package.root.iter() if DC in element.tag}
    assert (texts["title"], texts["language"], texts["date"]) == ("夜 & <b>", "ja", "2026-01-01")
    assert package.metas("dcterms:modified") == ["2026-01-01T00:00:00Z"]
    assert [item.get("href") for item in package.items_with("cover-image")] == ["images/001-1.jpg"]
    assert "alternativeText" in package.metas("schema:accessibilityFeature")
    assert package.metas("schema:accessMode") == ["visual", "textual"]


def test_identifier_stays_the_same_and_does_not_tell_the_generation() -> None:
    def identifier(what: Comic) -> str:
        element = Package(Epub(render_epub(what))).root.find(f"{OPF}metadata/{DC}identifier")
        assert element is not None
        return element.text or ""

    ja, again, en = comic(drawn_panels(2), language="ja"), comic(drawn_panels(3), language="ja"), COMICS["finished"]

    assert identifier(ja) == identifier(again) != identifier(en)
    assert ja.id not in identifier(ja).replace("-", "")
    assert identifier(replace(ja, id="f" * 32)) != identifier(ja)


def test_contents_of_a_book_are_its_chapters_and_their_pages() -> None:
    epub = Epub(render(BOOK, "epub"))

    nav = epub.xml("EPUB/nav.xhtml").find(f".//{XHTML}nav")
    assert nav is not None
    entries = nav.findall(f"{XHTML}ol/{XHTML}li")
    names = ["".join(entry.findtext(f"{XHTML}a") or "") for entry in entries]
    assert names == ["Cover", "Contents", "Chapter 1: Dawn", "Chapter 3: The Lamp"]
    below = [[link.text for link in entry.findall(f"{XHTML}ol/{XHTML}li/{XHTML}a")] for entry in entries]
    assert below == [
        [],
        [],
        ["Panels 1 to 2", "Cast and credits"],
        ["Cover", "Panels 1 to 2", "Panel 3", "Cast and credits"],
    ]


@pytest.mark.parametrize("language", WORDS)
def test_texts_over_a_picture_are_html_in_their_language(language: str) -> None:
    said, told, heard = WORDS[language]
    what = COMICS[language]

    page = pages_of(what)[1]

    texts = [text for text in page.iter(f"{XHTML}p") if (text.get("class") or "").startswith("text ")]
    words = ["".join("".join(text.itertext()).split()) for text in texts]
    squeezed = [word.replace(" ", "") for word in (told, f"Mira:{said}", heard)]
    assert words == squeezed * 3
    assert {text.get("lang") for text in texts} == {language}
    assert {text.get("dir") for text in texts} == {"rtl" if language in {"ar", "he"} else "ltr"}
    lines = {line.get("class") for text in texts for line in text if line.get("class") != "speaker"}
    assert lines == {"column" if language == "ja" else "row"}
    # The words are read once: as text, not in the picture's alternative text, too.
    images = [image.get("alt") for image in page.iter(f"{XHTML}img")]
    assert images == [scene_text(panel, number, 4) for number, panel in enumerate(what.panels[:3], 1)]


@pytest.mark.parametrize("language", WORDS)
def test_each_line_is_at_its_place_over_the_picture(language: str) -> None:
    what = COMICS[language]
    page = pages_of(what)[1]
    panel = next(page.iter(f"{XHTML}div"))

    width, height = (_length(panel, side) for side in ("width", "height"))
    lines = [line for line in panel.iter(f"{XHTML}span") if line.get("class") in {"row", "column"}]
    expected = [line for text in what.letterings[0].texts for line in text.lines]
    assert len(lines) == len(expected)
    for line, planned in zip(lines, expected, strict=True):
        assert _length(line, "left") == pytest.approx(planned.x * width, abs=0.01)
        assert _length(line, "top") == pytest.approx(planned.y * height, abs=0.01)


def test_short_numbers_stand_upright_in_a_column() -> None:
    page = pages_of(COMICS["ja"])[1]

    assert {span.text for span in page.iter(f"{XHTML}span") if span.get("class") == "beside"} == {"12"}


@pytest.mark.parametrize("language", WORDS)
def test_fonts_have_no_other_letters_than_those_of_the_texts(language: str) -> None:
    epub = Epub(render_epub(COMICS[language]))

    fonts = {name: content for name, content in epub.files.items() if name.startswith("EPUB/fonts/")}
    assert fonts
    assert all(len(content) < 20_000 for content in fonts.values())
    styles = epub.files["EPUB/style.css"].decode()
    assert all(name.removeprefix("EPUB/") in styles for name in fonts)


def test_comic_with_drawn_lettering_has_no_fonts() -> None:
    assert not [name for name in Epub(render_epub(COMICS["finished"])).files if "/fonts/" in name]


def test_same_comic_is_the_same_file() -> None:
    assert render_epub(COMICS["ja"]) == render_epub(COMICS["ja"])


def test_long_title_stays_in_its_box() -> None:
    page = pages_of(comic(drawn_panels(2), title="W" * 400))[-1]

    heading = next(page.iter(f"{XHTML}h1"))
    assert 0 < _length(heading, "font-size") * 400 * 0.5 < _length(heading, "width")


def test_every_document_is_xml() -> None:
    for name, content in Epub(render_epub(COMICS["hostile"])).files.items():
        if name.endswith((".xhtml", ".opf", ".xml")):
            ElementTree.fromstring(content)


def _length(element: Element, name: str) -> float:
    styles = dict(part.split(": ", 1) for part in (element.get("style") or "").split("; "))
    return float(styles[name].removesuffix("px"))
