"""Chapters: generations that continue one another, and make a book."""

from shared.models.base import WireModel
from shared.models.story import Character, Setting

MAX_CHAPTERS = 30
"""Of a book. Its state and its export read all of them."""
MAX_CAST = 12
"""How many known characters a chapter takes over: those of the latest chapters."""


class KnownCharacter(WireModel):
    """A character of an earlier chapter. `sheet` names the blob with the copy of its sheet (None: it was not drawn)."""

    character: Character
    sheet: str | None = None


class StoredChapter(WireModel):
    """A generation's place in its book, and what it takes over from the chapters before.

    `book` is the id of the first chapter, and `ancestors` are the ids of all chapters before this one, in their order.
    `first_of_text` is set for a chapter that was cut from a longer text: it is the chapter that this text began with,
    and has one spending limit with the others. `is_followed`: another chapter of that text follows.
    """

    book: str
    number: int
    ancestors: tuple[str, ...] = ()
    cast: tuple[KnownCharacter, ...] = ()
    setting: Setting | None = None
    summary: str = ""
    first_of_text: str | None = None
    is_followed: bool = False

    def sheet_of(self, character: Character) -> str | None:
        """Return the name of the character's sheet, if it is known, has one, and was not changed since."""
        return next((known.sheet for known in self.cast if known.character == character), None)


class WaitingChapter(WireModel):
    """A chapter that has not begun: its id and its text."""

    id: str
    story: str


class WaitingChapters(WireModel):
    """The chapters that follow a generation, in their order. They begin one after another."""

    chapters: tuple[WaitingChapter, ...]
