"""Chapters: who is known from before, and what has happened."""

import re
from dataclasses import dataclass, field

from pydantic import JsonValue

from tools.gemini_emulator.prompt import Prompt, text_of
from tools.gemini_emulator.story.lexicon.places import find_strong_place
from tools.gemini_emulator.story.people import MAX_PEOPLE, Person, form_pattern
from tools.gemini_emulator.story.text import sentences_of

MAX_SUMMARY_WORDS = 80
_SHORT_PART = 3


@dataclass(frozen=True, slots=True)
class Before:
    """What a prompt says about the chapters before."""

    characters: list[dict[str, JsonValue]] = field(default_factory=list[dict[str, JsonValue]])
    setting: dict[str, JsonValue] = field(default_factory=dict[str, JsonValue])
    summary: str = ""

    def setting_of(self, story: str) -> dict[str, JsonValue] | None:
        """Return the setting of before, unless the story plays somewhere else."""
        return self.setting if self.setting and find_strong_place(story) is None else None


FIRST_CHAPTER = Before()


def before_of(prompt: Prompt) -> Before:
    """Return what the prompt says about the chapters before."""
    before = prompt.object("before")
    characters, setting = before.get("characters"), before.get("setting")
    return Before(
        [each for each in characters if isinstance(each, dict)] if isinstance(characters, list) else [],
        setting if isinstance(setting, dict) else {},
        text_of(before, "summary"),
    )


def cast_of_chapter(
    known: list[dict[str, JsonValue]], people: list[Person], described: list[dict[str, JsonValue]], story: str
) -> list[dict[str, JsonValue]]:
    """Return the characters of a chapter: the known ones that it names, and the new ones.

    `described` are its people as the analysis describes them. A chapter that names nobody goes on with the first known
    character.
    """
    playing = [character for character in known if _is_named(text_of(character, "name"), story)]
    new = [
        character
        for person, character in zip(people, described, strict=True)
        if any(form_pattern(form).search(story) for form in person.forms)
        and not any(_is_same(person, text_of(character, "name")) for character in known)
    ]
    return [*playing, *new][:MAX_PEOPLE] or known[:1]


def summary_of(story: str, before: str) -> str:
    """Return what has happened before and in the story, in a few of its sentences."""
    sentences = [sentence.text.strip() for sentence in sentences_of(story)]
    told = dict.fromkeys([*sentences[:1], *sentences[-1:]])
    words = " ".join([before, *told]).split()
    return " ".join(words[-MAX_SUMMARY_WORDS:])


def _is_named(name: str, story: str) -> bool:
    parts = [name, *(part for part in name.split() if len(part) > _SHORT_PART and part[0].isupper() and part != "The")]
    return any(form_pattern(part).search(story) for part in parts)


def _is_same(person: Person, name: str) -> bool:
    own = {part for form in (person.name, *person.forms) for part in re.split(r"\W+", form) if part}
    return bool(own & set(re.split(r"\W+", name)) - {"The", "the", ""})
