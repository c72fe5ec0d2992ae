"""The prompt of a panel: only what it shows, and only its own cast's sheets."""

from collections.abc import Mapping, Sequence

from shared.images.image import Image
from shared.model.prompts.drawing import (
    CHANGE_RULE,
    INSTRUCTIONS_RULE,
    change_section,
    instructions_section,
    look_rules,
    style_text_section,
)
from shared.model.prompts.images import IMAGES_RULE, ShownImage, current_image, images_section, numbered
from shared.model.prompts.lettering import NAMED_LANGUAGE, is_english, lettering
from shared.model.prompts.sections import DATA_RULE, render
from shared.models.lettering import LetteringMode
from shared.models.story import Aspect, Character, PanelPlan, Setting, Style
from shared.ports import AspectRatio, Prompt
from shared.storage.generations import NamedImage

_WIDE = ("wide", "establishing", "panorama", "long shot", "bird")
_TALL = ("low angle", "high angle", "full body", "full shot", "vertical", "worm")
_RATIOS: Mapping[Aspect, AspectRatio] = {"square": "1:1", "portrait": "3:4", "landscape": "4:3", "tall": "9:16"}
_SQUARE = ("close-up", "close up", "closeup", "detail")

_WITH_DIALOGUE = (
    "Where the panel has dialogue, letter exactly those words in English comic lettering, in a speech bubble whole "
    "inside the frame whose tail points to the speaker. Only the spoken words: never the speaker's name, never a "
    "caption. Where it has none, there is no bubble and no text."
)
_WITH_DIALOGUE_IN_LANGUAGE = _WITH_DIALOGUE.replace(
    "those words in English comic lettering", f"those words, in comic lettering of {NAMED_LANGUAGE}"
)
_WITH_TEXTS_OVER_IT = (
    "There is no writing of any kind in the picture: no bubbles, no captions, no sound words, no letters on signs. "
    "Texts are set over it later: leave calm space for them, such as sky, wall or floor, away from the faces. Each of "
    "the panel's faces is in the part of the picture that it names."
)
_WITHOUT_DIALOGUE = "There are no words at all in the picture: no bubbles, no captions, no sound words, no signs."


def panel_prompt(
    panel: PanelPlan,
    cast: Sequence[Character],
    setting: Setting,
    style: Style,
    *,
    no_dialogue: bool,
    sheets: Sequence[NamedImage],
    setting_references: Sequence[NamedImage],
    instructions: str | None = None,
    style_text: str | None = None,
    current: Image | None = None,
    language: str | None = None,
    mode: LetteringMode = "drawn",
) -> Prompt:
    """Ask for a panel. `sheets` are those of its cast that were drawn. `language` (BCP 47) is that of drawn lettering.

    `instructions` say what should be different when it is drawn again, or what to change in the `current` drawing.
    """
    is_text = mode == "text" and not no_dialogue
    language = None if is_english(language) else language
    images = (
        *current_image(current),
        *(ShownImage("character sheet", sheet.image, sheet.name) for sheet in sheets),
        *(ShownImage("setting reference", ref.image, ref.name) for ref in setting_references),
    )
    return Prompt(
        rules=_rules(
            style,
            style_text,
            _words_rule(no_dialogue=no_dialogue, language=language, is_text=is_text),
            is_change=current is not None,
        ),
        task=render(
            f"{'Draw' if current is None else 'Change'} panel {panel.panel_number} of this {style}.",
            {
                "task": "panel",
                "style": style,
                **style_text_section(style_text),
                "lettering": {"drawn": False} if is_text else lettering(no_dialogue=no_dialogue, language=language),
                "panel": _shown(panel, no_dialogue=no_dialogue, is_text=is_text),
                "cast": [
                    {"name": character.name, "physicalDescription": character.physical_description}
                    for character in cast
                ],
                "setting": setting,
                **images_section(images),
                **change_section(is_change=current is not None),
                **instructions_section(instructions),
            },
        ),
        images=numbered(images),
    )


def _shown(panel: PanelPlan, *, no_dialogue: bool, is_text: bool) -> PanelPlan:
    """Return the panel without the texts that the picture does not show."""
    if is_text:
        return panel.model_copy(update={"dialogue": None, "texts": None})
    without = {"texts": None, "faces": None}
    return panel.model_copy(update={**without, "dialogue": None} if no_dialogue else without)


def _words_rule(*, no_dialogue: bool, language: str | None, is_text: bool) -> str:
    if is_text:
        return _WITH_TEXTS_OVER_IT
    if no_dialogue:
        return _WITHOUT_DIALOGUE
    return _WITH_DIALOGUE if language is None else _WITH_DIALOGUE_IN_LANGUAGE


def panel_aspect_ratio(camera_angle: str, aspect: Aspect = "auto") -> AspectRatio:
    """Return the wanted frame, or the one that suits a camera angle; an unknown angle gets a landscape frame."""
    if aspect != "auto":
        return _RATIOS[aspect]
    angle = camera_angle.casefold()
    if any(term in angle for term in _SQUARE):
        return "1:1"
    if any(term in angle for term in _WIDE):
        return "16:9"
    if any(term in angle for term in _TALL):
        return "3:4"
    return "4:3"


def _rules(style: Style, style_text: str | None, words_rule: str, *, is_change: bool) -> str:
    change = f" {CHANGE_RULE}" if is_change else ""
    return f"""You draw single comic panels. {DATA_RULE}

Rules:
- {look_rules(style, style_text)}
- One panel that fills the whole image: no page layout, no further frames, no border text, no panel number.
- {IMAGES_RULE}
- Characters look exactly as on their character sheets: same face, hair, clothes and proportions. Those without a \
sheet follow their physical description. Nobody is added who is not in the panel.
- Follow the scene description, the camera angle and the visual mood; place and time are those of the setting, and \
look as on the setting references where there are any.
- {INSTRUCTIONS_RULE}{change}
- {words_rule}"""
