"""A later chapter: one of its known characters has a sheet."""

from shared.models.stored.chapters import KnownCharacter, StoredChapter
from shared.storage.generations import ChapterInputs, Inputs
from tests.support.fakes.stories import SETTING, character, image

SHEET = image("green")
MIRA = character("Mira")
CHAPTER = StoredChapter(
    book="f" * 32,
    number=2,
    ancestors=("f" * 32,),
    cast=(KnownCharacter(character=MIRA, sheet="one"), KnownCharacter(character=character("Tom"))),
    setting=SETTING,
    summary="Mira left.",
)
CHAPTER_INPUTS = Inputs("She came back.", "manga", no_dialogue=False, chapter=ChapterInputs(CHAPTER, {"one": SHEET}))
