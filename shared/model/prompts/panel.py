"""The prompt of a panel: only what it shows, and only its own cast's sheets."""

from collections.abc import Sequence

from shared.model.prompts.chunking import lettering
from shared.model.prompts.drawing import INSTRUCTIONS_RULE, LOOK, instructions_section
from shared.model.prompts.images import IMAGES_RULE, ShownImage, images_section, numbered
from shared.model.prompts.sections import DATA_RULE, render
from shared.models.story import Character, PanelPlan, Setting, Style
from shared.ports import AspectRatio, Prompt
from shared.storage.generations import NamedImage

_WIDE = ("wide", "establishing", "panorama", "long shot", "bird")
_TALL = ("low angle", "high angle", "full body", "full shot", "vertical", "worm")
_SQUARE = ("close-up", "close up", "closeup", "detail")

_WITH_DIALOGUE = (
    "Where the panel has dialogue, letter exactly those words in English comic lettering, in a speech bubble whole "
    "inside the frame whose tail points to the speaker. Only the spoken words: never the speaker's name, never a "
    "caption. Where it has none, there is no bubble and no text."
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
) -> Prompt:
    """Ask for a panel. `sheets` are those of its cast that were drawn.

    `instructions` say what should be different when it is drawn again.
    """
    shown = panel.model_copy(update={"dialogue": None}) if no_dialogue else panel
    images = (
        *(ShownImage("character sheet", sheet.image, sheet.name) for sheet in sheets),
        *(ShownImage("setting reference", ref.image, ref.name) for ref in setting_references),
    )
    return Prompt(
        rules=_rules(style, no_dialogue=no_dialogue),
        task=render(
            f"Draw panel {panel.panel_number} of this {style}.",
            {
                "task": "panel",
                "style": style,
                "lettering": lettering(no_dialogue=no_dialogue),
                "panel": shown,
                "cast": [
                    {"name": character.name, "physicalDescription": character.physical_description}
                    for character in cast
                ],
                "setting": setting,
                **images_section(images),
                **instructions_section(instructions),
            },
        ),
        images=numbered(images),
    )


def panel_aspect_ratio(camera_angle: str) -> AspectRatio:
    """Return the frame that suits a camera angle; an unknown one gets a landscape frame."""
    angle = camera_angle.casefold()
    if any(term in angle for term in _SQUARE):
        return "1:1"
    if any(term in angle for term in _WIDE):
        return "16:9"
    if any(term in angle for term in _TALL):
        return "3:4"
    return "4:3"


def _rules(style: Style, *, no_dialogue: bool) -> str:
    return f"""You draw single comic panels. {DATA_RULE}

Rules:
- {LOOK[style]}
- One panel that fills the whole image: no page layout, no further frames, no border text, no panel number.
- {IMAGES_RULE}
- Characters look exactly as on their character sheets: same face, hair, clothes and proportions. Those without a \
sheet follow their physical description. Nobody is added who is not in the panel.
- Follow the scene description, the camera angle and the visual mood; place and time are those of the setting, and \
look as on the setting references where there are any.
- {INSTRUCTIONS_RULE}
- {_WITHOUT_DIALOGUE if no_dialogue else _WITH_DIALOGUE}"""
