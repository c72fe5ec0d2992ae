"""The emulator goes on with a chapter: it knows the cast, lets new characters join, and tells what has happened."""

from pydantic import JsonValue

from tools.gemini_emulator.story.analysis import analyse
from tools.gemini_emulator.story.chapters import Before

FIRST = 'Mira walked along the harbour. "The boat is gone," said Jon. Mira laughed.'
MIRA: dict[str, JsonValue] = {"name": "Mira", "physicalDescription": "as before"}
JON: dict[str, JsonValue] = {"name": "Jon", "physicalDescription": "as before, too"}
BEFORE = Before([MIRA, JON], {"location": "The harbour", "timePeriod": "Long ago", "mood": "Calm"}, "Mira laughed.")


def characters_of(story: str) -> list[JsonValue]:
    characters = analyse(story, "manga", BEFORE)["characters"]
    assert isinstance(characters, list)
    return characters


def names_of(story: str) -> list[JsonValue]:
    return [character["name"] for character in characters_of(story) if isinstance(character, dict)]


def test_known_characters_keep_their_texts_and_new_ones_join() -> None:
    story = 'Jon opened the door. "Come in," said Anna. Jon smiled at Anna.'

    assert names_of(story) == ["Jon", "Anna"]
    assert characters_of(story)[0] == JON


def test_chapter_that_names_nobody_goes_on_with_the_first_known_character() -> None:
    assert names_of("It was cold and dark.") == ["Mira"]


def test_setting_stays_unless_the_chapter_plays_somewhere_else() -> None:
    assert analyse("Jon smiled at Mira.", "manga", BEFORE)["setting"] == BEFORE.setting
    assert analyse("Jon walked into the forest with Mira.", "manga", BEFORE)["setting"] != BEFORE.setting


def test_summary_says_what_was_before() -> None:
    assert str(analyse(FIRST, "manga")["summary"]).startswith("Mira walked along the harbour.")
    assert str(analyse("Jon smiled at Mira.", "manga", BEFORE)["summary"]) == "Mira laughed. Jon smiled at Mira."
