"""The prompt of the second step: the story as panels."""

from collections.abc import Sequence

from pydantic import JsonValue

from shared.model.prompts.sections import DATA_RULE, render
from shared.models.story import MAX_PANELS, MIN_PANELS, Character, Setting, Style
from shared.ports import Prompt

_LAYOUT: dict[Style, str] = {
    "manga": "Manga is read from right to left. Let the camera move a lot: close-ups on faces for feelings, wide "
    "panels to set a place, low and high angles for tension; give silent moments a panel of their own.",
    "comic": "Comics are read from left to right. Set each place with a wide shot, follow the action in medium "
    "shots, and keep close-ups for the moments that count; every panel leads the eye to the next.",
}

_WITH_DIALOGUE = (
    "dialogue is what is said in the panel, in English unless the story itself is written to be read in another "
    "language: the spoken words only, without the speaker's name, quotation marks or narration, at most 20 words. "
    "Leave it out where nobody speaks."
)
_WITHOUT_DIALOGUE = (
    "This comic has no words at all: nobody speaks, and no panel has captions, sound words or written signs. "
    "Tell everything by what is seen: gestures, faces, light and framing."
)


def chunking_prompt(
    story: str, characters: Sequence[Character], setting: Setting, style: Style, *, no_dialogue: bool
) -> Prompt:
    """Ask for the story's breakdown into panels."""
    task = f"Break this story down into the panels of a {style}."
    return Prompt(
        rules=_rules(style, no_dialogue=no_dialogue),
        task=render(
            task,
            {
                "task": "chunking",
                "style": style,
                "lettering": lettering(no_dialogue=no_dialogue),
                "characters": [character.model_dump(mode="json", by_alias=True) for character in characters],
                "setting": setting,
                "story": story,
            },
        ),
    )


def lettering(*, no_dialogue: bool) -> dict[str, JsonValue]:
    """Return how the comic is lettered, as a prompt's data.

    The language is always named: a "manga" without one tends to be lettered in Japanese.
    """
    return {"dialogue": False} if no_dialogue else {"dialogue": True, "language": "English"}


def _rules(style: Style, *, no_dialogue: bool) -> str:
    return f"""You break short stories down into comic panels. {DATA_RULE}

Rules:
- Make {MIN_PANELS} to {MAX_PANELS} panels, as many as the story needs; together they tell all of it, in its order. \
panelNumber counts from 1.
- characters are the names of those who are seen in the panel, written exactly as in the list of characters; \
nobody else is named there, and a panel may have nobody.
- sceneDescription says what is seen, in one to three sentences: who does what, where, with which expression.
- cameraAngle is a short term such as "wide shot", "medium shot", "close-up", "low angle", "high angle", \
"over-the-shoulder" or "bird's-eye view". visualMood is a few words on light and feeling.
- {_WITHOUT_DIALOGUE if no_dialogue else _WITH_DIALOGUE}
- {_LAYOUT[style]}"""
