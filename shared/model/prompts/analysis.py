"""The prompt of the first step: who is in the story, and where it plays."""

from pydantic import JsonValue

from shared.model.prompts.lettering import NAMED_LANGUAGE
from shared.model.prompts.sections import DATA_RULE, render
from shared.models.stored.chapters import StoredChapter
from shared.models.story import MAX_CHARACTERS, Style
from shared.ports import Prompt

_SUMMARY_WORDS = 80
_TITLE = "title: short, in the story's own language."
_TITLE_IN_LANGUAGE = f"title: short, in {NAMED_LANGUAGE}: the comic is read in it."
_RULES = f"""You prepare short stories for a comic artist. {DATA_RULE}

Rules:
- Name the 1 to {MAX_CHARACTERS} most important characters, the most important first. A story without names still has \
characters: call them by what they are, such as "The Old Fisherman". Every name is used once only.
- Use each character's name just as the story writes it.
- physicalDescription is what an artist needs to draw the character the same way every time: age, build, face, hair, \
clothes, colours, one or two things that nobody else in the story has. Keep to what the story says and invent the rest.
- personality and role are a short sentence each.
- setting: the time period, the location and the mood of the whole story, a few words each.
- {_TITLE}
- language: the BCP 47 tag of the language that the story is written in, such as "en", "pt-BR" or "zh-Hant".
- summary: what has happened when the story ends, for a reader who goes on with the next chapter: at most \
{_SUMMARY_WORDS} words, in the story's own language."""

_RULES_OF_CHAPTER = f"""{_RULES}
- This story is a chapter of a longer one. The section "before" has the characters, the setting and the summary of the \
chapters before it.
- A character of "before" who plays in this chapter keeps the name as it is written there, even if this chapter calls \
them something else. Leave out those who do not play in it. New characters may join, {MAX_CHARACTERS} in all.
- setting: the one of "before", word for word, unless this chapter plays somewhere else.
- summary: what has happened in all chapters up to the end of this one."""


def analysis_prompt(
    story: str, style: Style, chapter: StoredChapter | None = None, language: str | None = None
) -> Prompt:
    """Ask for the story's analysis; a `chapter` goes on with what it has taken over.

    `language` (BCP 47) is that of the comic's texts; without one, it is the story's.
    """
    task = f"Analyse this story, which will become a {style}."
    sections: dict[str, JsonValue] = {"task": "analysis", "style": style}
    if chapter is not None and chapter.cast:
        sections["before"] = _before(chapter)
    rules = _RULES_OF_CHAPTER if "before" in sections else _RULES
    if language is not None:
        sections["lettering"] = {"language": language}
        rules = rules.replace(_TITLE, _TITLE_IN_LANGUAGE)
    return Prompt(rules=rules, task=render(task, {**sections, "story": story}))


def _before(chapter: StoredChapter) -> dict[str, JsonValue]:
    setting = chapter.setting and chapter.setting.model_dump(mode="json", by_alias=True)
    return {
        "characters": [known.character.model_dump(mode="json", by_alias=True) for known in chapter.cast],
        "setting": setting,
        "summary": chapter.summary,
    }
