"""The export formats. Importing this module is slow, since it imports the libraries for drawing and PDF."""

from collections.abc import Callable

from api.export.archives.cbz import render_book_cbz, render_cbz
from api.export.archives.files import render_book_zip, render_zip
from api.export.archives.webtoon import render_book_webtoon, render_webtoon
from api.export.book.book import Book
from api.export.comic.comic import Comic, Rendering
from api.export.epub.document import render_book_epub, render_epub
from api.export.pdf.document import render_book_pdf, render_pdf
from api.export.share_image import render_cover, render_share_image

_RENDER: dict[Rendering, Callable[[Comic], bytes]] = {
    "zip": render_zip,
    "cbz": render_cbz,
    "pdf": render_pdf,
    "epub": render_epub,
    "webtoon": render_webtoon,
    "png": render_share_image,
    "cover": render_cover,
}


# A picture shows the first chapter.
_RENDER_BOOK: dict[Rendering, Callable[[Book], bytes]] = {
    "zip": render_book_zip,
    "cbz": render_book_cbz,
    "pdf": render_book_pdf,
    "epub": render_book_epub,
    "webtoon": render_book_webtoon,
    "png": lambda book: render_share_image(book.first),
    "cover": lambda book: render_cover(book.first),
}


def render(comic: Comic | Book, rendering: Rendering) -> bytes:
    """Return the file. This takes up to seconds of CPU time: call it on a thread."""
    return _RENDER_BOOK[rendering](comic) if isinstance(comic, Book) else _RENDER[rendering](comic)
