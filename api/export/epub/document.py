"""`epub`: the comic's pages as an EPUB 3.3 of fixed layout.

Images are the original files: PNG, JPEG and WebP are core media types of EPUB 3.3
(https://www.w3.org/TR/epub-33/#sec-core-media-types).

mimetype  META-INF/container.xml  EPUB/package.opf  EPUB/nav.xhtml  EPUB/style.css  EPUB/pages/001.xhtml  EPUB/images/…
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from api.export.archives.archive import Archive
from api.export.archives.files import EXTENSIONS
from api.export.book.book import Book
from api.export.book.pages import BookPage, compose_book
from api.export.comic.comic import MEDIA_TYPES, Comic
from api.export.comic.cover import draw_cover
from api.export.comic.layout import Sheet
from api.export.comic.pages import CoverArt, Picture, compose
from api.export.comic.pixels import encoded
from api.export.epub.fonts import font_files
from api.export.epub.lettering import has_outlines
from api.export.epub.markup import STYLE_SHEET
from api.export.epub.navigation import Entry, Landmark, write_navigation
from api.export.epub.package import ManifestItem, write_package
from api.export.epub.pages import Size, page_file, size_of, write_page
from api.export.epub.styles import STYLES
from shared.images.image import Image
from shared.models.lettering import PanelLettering
from shared.text.clean import one_line
from shared.text.language import UNDETERMINED

_FOLDER = "EPUB"
_PACKAGE = "package.opf"
_NAVIGATION = "nav.xhtml"
_XHTML = "application/xhtml+xml"
_COVER_QUALITY = 85
_SHEET = Sheet()
_CONTAINER = f"""<?xml version="1.0" encoding="utf-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="{_FOLDER}/{_PACKAGE}" media-type="application/oebps-package+xml"/></rootfiles>
</container>
"""


def render_epub(comic: Comic) -> bytes:
    """Return the EPUB's bytes."""
    return _render(comic, [BookPage(page, comic, "") for page in compose(comic, _SHEET)])


def render_book_epub(book: Book) -> bytes:
    """Return the EPUB's bytes. Its contents are the chapters, with the pages of each below it."""
    return _render(book.whole, compose_book(book, _SHEET))


@dataclass(frozen=True, slots=True)
class _File:
    """A file of the book, as it is listed and as it is stored."""

    item: ManifestItem
    content: bytes


def _render(described_by: Comic, pages: Sequence[BookPage]) -> bytes:
    archive = Archive()
    archive.add("mimetype", MEDIA_TYPES["epub"].encode())
    archive.add("META-INF/container.xml", _CONTAINER.encode())
    items: list[ManifestItem] = []
    for file in _files(described_by, pages):
        items.append(file.item)
        archive.add(f"{_FOLDER}/{file.item.path}", file.content)
    archive.add(f"{_FOLDER}/{_PACKAGE}", write_package(described_by, items))
    return archive.content()


def _files(described_by: Comic, pages: Sequence[BookPage]) -> Iterator[_File]:
    yield _File(ManifestItem(_NAVIGATION, _XHTML, ("nav",)), _navigation(described_by, pages))
    fonts = list(font_files(_letterings(pages)))
    yield from (_File(ManifestItem(font.path, font.media_type), font.content) for font in fonts)
    styles = "".join(font.rule for font in fonts) + STYLES
    yield _File(ManifestItem(STYLE_SHEET, "text/css"), styles.encode())
    size = size_of(_SHEET)
    for each in pages:
        images = dict(_images(each, size))
        yield from images.values()
        paths = {place: f"../{file.item.path}" for place, file in images.items()}
        has_svg = any(has_outlines(lettering) for lettering in _letterings([each]))
        item = ManifestItem(_path(each), _XHTML, ("svg",) if has_svg else (), is_page=True)
        yield _File(item, write_page(each.comic, each.page, size, paths))


def _letterings(pages: Sequence[BookPage]) -> Iterator[PanelLettering]:
    """Yield what is set over the pictures."""
    for each in pages:
        for item in each.page.items:
            if isinstance(item, Picture) and item.lettering is not None:
                yield item.lettering


def _images(each: BookPage, size: Size) -> Iterator[tuple[int, _File]]:
    """Yield the images of a page by the place of their item."""
    for place, item in enumerate(each.page.items):
        match item:
            case CoverArt():
                cover = draw_cover(each.comic, size.width, size.height)
                image = Image(encoded(cover, "JPEG", quality=_COVER_QUALITY), "image/jpeg")
            case Picture():
                image = item.image
            case _:
                continue
        path = f"images/{each.page.number:03d}-{place + 1}.{EXTENSIONS[image.media_type]}"
        is_cover = each.page.number == 1
        yield place, _File(ManifestItem(path, image.media_type, ("cover-image",) if is_cover else ()), image.content)


def _navigation(described_by: Comic, pages: Sequence[BookPage]) -> bytes:
    first_of_story = next((each for each in pages if each.page.kind == "story"), pages[-1])
    return write_navigation(
        one_line(described_by.title),
        described_by.language or UNDETERMINED,
        _contents(pages),
        [Entry(str(each.page.number), _path(each)) for each in pages],
        [
            Landmark("cover", "Cover", _path(pages[0])),
            Landmark("bodymatter", "Start of the comic", _path(first_of_story)),
        ],
    )


def _contents(pages: Sequence[BookPage]) -> Sequence[Entry]:
    """Return an entry for each page; those of a chapter are below the chapter's."""
    entries: list[Entry] = []
    below: list[Entry] = []
    for each in pages:
        entry = Entry(each.page.name, _path(each))
        if each.begins is not None:
            below = []
            entries.append(Entry(each.begins, _path(each), below))
        (entries if each.is_front or not each.folder else below).append(entry)
    return entries


def _path(each: BookPage) -> str:
    return f"pages/{page_file(each.page.number)}"
