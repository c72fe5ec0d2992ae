"""Composes a book into pages: a cover, the contents, and the pages of each chapter."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from api.export.book.book import Book
from api.export.comic.comic import Comic
from api.export.comic.layout import Box, Sheet
from api.export.comic.pages import Caption, Heading, Page, compose, heading_box, number_box

_LINE_HEIGHT_MM = 9.0
_FRONT_FOLDER = "00-contents"


@dataclass(frozen=True, slots=True)
class BookPage:
    """A page of a book, the comic that it is of, and its folder in an archive.

    `begins` is the name of the chapter that begins with this page. Pages of `is_front` are before all chapters.
    """

    page: Page
    comic: Comic
    folder: str
    begins: str | None = None
    is_front: bool = False


def compose_book(book: Book, sheet: Sheet) -> tuple[BookPage, ...]:
    """Return the pages, numbered from 1: the first chapter's cover, the contents, and the chapters.

    Each later chapter begins with its own cover.
    """
    chapters = [compose(chapter.comic, sheet) for chapter in book.chapters]
    (cover, *first), later = chapters[0], chapters[1:]
    chapters = [first, *later]
    begins_at: list[int] = []
    pages: list[BookPage] = []
    number = 3
    for chapter, of_chapter in zip(book.chapters, chapters, strict=True):
        begins_at.append(number)
        for place, page in enumerate(of_chapter):
            begins = None if place else chapter.name
            pages.append(BookPage(replace(page, number=number), chapter.comic, chapter.folder, begins))
            number += 1
    contents = _contents(book, begins_at, sheet)
    front = [BookPage(page, book.first, _FRONT_FOLDER, is_front=True) for page in (cover, contents)]
    return (*front, *pages)


def _contents(book: Book, begins_at: Sequence[int], sheet: Sheet) -> Page:
    room = sheet.below_title
    height = min(_LINE_HEIGHT_MM, room.height / len(book.chapters))
    lines = tuple(
        Caption(
            f"{chapter.name} \u00b7 {number}",
            Box(room.x, room.y + place * height, room.width, height),
            page=number,
        )
        for place, (chapter, number) in enumerate(zip(book.chapters, begins_at, strict=True))
    )
    return Page(2, "contents", "Contents", (Heading("Contents", heading_box(sheet)), *lines), number_box(sheet))
