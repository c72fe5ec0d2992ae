"""`zip`: every image in its own format, the analysis, the breakdown and, if they are set as text, the words.

analysis.json  chunks.json  lettering.json  characters/01-name.png  panels/01.png
"""

from typing import Self

from api.export.archives.archive import Archive
from api.export.book.book import Book
from api.export.comic.comic import Comic
from shared.models.base import WireModel
from shared.models.lettering import PanelLettering
from shared.text.clean import file_name

EXTENSIONS = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}


def render_zip(comic: Comic) -> bytes:
    """Return the archive's bytes."""
    archive = Archive()
    _add(archive, comic, "")
    return archive.content()


def render_book_zip(book: Book) -> bytes:
    """Return the archive's bytes, with a folder for each chapter."""
    archive = Archive()
    archive.add("contents.json", _json(_Contents.of(book)))
    for chapter in book.chapters:
        _add(archive, chapter.comic, f"{chapter.folder}/")
    return archive.content()


class _ListedChapter(WireModel):
    """A chapter and its folder."""

    number: int
    title: str
    folder: str


class _Contents(WireModel):
    """A book's title and chapters, in reading order."""

    title: str
    chapters: tuple[_ListedChapter, ...]

    @classmethod
    def of(cls, book: Book) -> Self:
        chapters = (
            _ListedChapter(number=chapter.number, title=chapter.comic.title, folder=chapter.folder)
            for chapter in book.chapters
        )
        return cls(title=book.first.title, chapters=tuple(chapters))


class _Words(WireModel):
    """The words of a comic in one language, as they are set over its panels."""

    language: str | None
    title: str
    panels: tuple[PanelLettering, ...]


def _add(archive: Archive, comic: Comic, folder: str) -> None:
    archive.add(f"{folder}analysis.json", _json(comic.analysis))
    if comic.breakdown is not None:
        archive.add(f"{folder}chunks.json", _json(comic.breakdown))
    if comic.letterings:
        panels = tuple(panel for _, panel in sorted(comic.letterings.items()))
        words = _Words(language=comic.language, title=comic.title, panels=panels)
        archive.add(f"{folder}lettering.json", _json(words))
    for portrait in comic.cast:
        name = f"{portrait.number:02d}-{file_name(portrait.name)}.{EXTENSIONS[portrait.image.media_type]}"
        archive.add(f"{folder}characters/{name}", portrait.image.content)
    for number, panel in enumerate(comic.panels, 1):
        if panel.image is not None:
            name = f"{number:02d}.{EXTENSIONS[panel.image.media_type]}"
            archive.add(f"{folder}panels/{name}", panel.image.content)


def _json(value: WireModel) -> bytes:
    return value.model_dump_json(by_alias=True, exclude_none=True, indent=2).encode() + b"\n"
