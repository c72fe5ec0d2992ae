"""The prompt of the second step: the story as panels."""

from collections.abc import Sequence

from shared.model.prompts.lettering import NAMED_LANGUAGE, lettering
from shared.model.prompts.sections import DATA_RULE, render
from shared.models.lettering import MAX_TEXTS_A_PANEL, LetteringMode
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
_WITH_DIALOGUE_IN_LANGUAGE = (
    f"dialogue is what is said in the panel, in {NAMED_LANGUAGE}, translated where the story is written in another "
    "one: the spoken words only, without the speaker's name, quotation marks or narration, at most 20 words. "
    "Leave it out where nobody speaks."
)
_WITH_TEXTS = (
    "texts are what is to be read in the panel, in the order in which it is read: at most "
    f"{MAX_TEXTS_A_PANEL}, and no more than the story needs. Their kind is dialogue (the spoken words only, without "
    "the speaker's name and quotation marks; speaker is the name as in the list of characters), narration (a caption: "
    "a time, a place, or what no picture can tell; it has no speaker) or effect (a sound word; it has no speaker). "
    "A text has at most 20 words, an effect one or two. A silent panel has none."
)
_TEXTS_IN_ENGLISH = "English, unless the story itself is written to be read in another language"
_TEXTS_IN_LANGUAGE = f"{NAMED_LANGUAGE}, translated where the story is written in another one"
_WITH_FACES = (
    "faces say in which of the nine parts of the picture the face of each character of the panel is, if it is seen. "
    "The texts are set over the picture later, beside the faces: leave parts without a face, most of all at the top, "
    "and let those who speak first stand on the side where reading begins."
)
_WITHOUT_DIALOGUE = (
    "This comic has no words at all: nobody speaks, and no panel has captions, sound words or written signs. "
    "Tell everything by what is seen: gestures, faces, light and framing."
)


def chunking_prompt(
    story: str,
    characters: Sequence[Character],
    setting: Setting,
    style: Style,
    *,
    no_dialogue: bool,
    language: str | None = None,
    mode: LetteringMode = "drawn",
) -> Prompt:
    """Ask for the story's breakdown into panels.

    `language` (BCP 47) is that of the comic's texts; without one, they are in English or as the story. A
    comic whose lettering is `text` has texts instead of dialogue.
    """
    task = f"Break this story down into the panels of a {style}."
    return Prompt(
        rules=_rules(style, _words_rule(no_dialogue=no_dialogue, language=language, mode=mode)),
        task=render(
            task,
            {
                "task": "chunking",
                "style": style,
                "lettering": lettering(no_dialogue=no_dialogue, language=language),
                "characters": [character.model_dump(mode="json", by_alias=True) for character in characters],
                "setting": setting,
                "story": story,
            },
        ),
    )


def _words_rule(*, no_dialogue: bool, language: str | None, mode: LetteringMode) -> str:
    if no_dialogue:
        return _WITHOUT_DIALOGUE
    if mode == "drawn":
        return _WITH_DIALOGUE if language is None else _WITH_DIALOGUE_IN_LANGUAGE
    wanted = _TEXTS_IN_ENGLISH if language is None else _TEXTS_IN_LANGUAGE
    return f"{_WITH_TEXTS}\n- All texts are in {wanted}.\n- {_WITH_FACES}"


def _rules(style: Style, words_rule: str) -> str:
    return f"""You break short stories down into comic panels. {DATA_RULE}

Rules:
- Make {MIN_PANELS} to {MAX_PANELS} panels, as many as the story needs; together they tell all of it, in its order. \
panelNumber counts from 1.
- characters are the names of those who are seen in the panel, written exactly as in the list of characters; \
nobody else is named there, and a panel may have nobody.
- sceneDescription says what is seen, in one to three sentences: who does what, where, with which expression.
- cameraAngle is a short term such as "wide shot", "medium shot", "close-up", "low angle", "high angle", \
"over-the-shoulder" or "bird's-eye view". visualMood is a few words on light and feeling.
- {words_rule}
- {_LAYOUT[style]}"""
