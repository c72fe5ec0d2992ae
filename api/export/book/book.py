"""A book to export: the comics of several chapters."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from api.export.comic.comic import Comic
from shared.models.story import Character
from shared.text.clean import file_name, one_line


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter's comic; `number` counts from 1 in the book that it was written for, without gaps for deleted ones."""

    number: int
    comic: Comic

    @property
    def name(self) -> str:
        """Its number and title, for contents and bookmarks."""
        return f"Chapter {self.number}: {one_line(self.comic.title)}"

    @property
    def folder(self) -> str:
        """Its folder in an archive; the names sort in reading order."""
        return f"{self.number:02d}-{file_name(self.comic.title)}"


@dataclass(frozen=True, slots=True)
class Book:
    """At least one chapter, in reading order. The title is the first one's."""

    chapters: Sequence[Chapter]

    @property
    def first(self) -> Comic:
        """The first chapter's comic."""
        return self.chapters[0].comic

    @property
    def whole(self) -> Comic:
        """One comic with the panels and the characters of all chapters, to describe the book by."""
        comics = [chapter.comic for chapter in self.chapters]
        characters: dict[str, Character] = {}
        for comic in comics:
            characters |= {character.name: character for character in comic.analysis.characters}
        return replace(
            self.first,
            analysis=self.first.analysis.model_copy(update={"characters": tuple(characters.values())}),
            panels=tuple(panel for comic in comics for panel in comic.panels),
            # These are known by the number of their panel in its chapter.
            letterings={},
        )
