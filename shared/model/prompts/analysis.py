"""The prompt of the first step: who is in the story, and where it plays."""

from shared.model.prompts.sections import DATA_RULE, render
from shared.models.story import MAX_CHARACTERS, Style
from shared.ports import Prompt

_RULES = f"""You prepare short stories for a comic artist. {DATA_RULE}

Rules:
- Name the 1 to {MAX_CHARACTERS} most important characters, the most important first. A story without names still has \
characters: call them by what they are, such as "The Old Fisherman". Every name is used once only.
- Use each character's name just as the story writes it.
- physicalDescription is what an artist needs to draw the character the same way every time: age, build, face, hair, \
clothes, colours, one or two things that nobody else in the story has. Keep to what the story says and invent the rest.
- personality and role are a short sentence each.
- setting: the time period, the location and the mood of the whole story, a few words each.
- title: short, in the story's own language.
- language: the BCP 47 tag of the language that the story is written in, such as "en", "pt-BR" or "zh-Hant"."""


def analysis_prompt(story: str, style: Style) -> Prompt:
    """Ask for the story's analysis."""
    task = f"Analyse this story, which will become a {style}."
    return Prompt(rules=_RULES, task=render(task, {"task": "analysis", "style": style, "story": story}))
