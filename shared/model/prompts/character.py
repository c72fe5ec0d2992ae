"""The prompt of a character's sheet, which keeps the character's look the same in every panel."""

from collections.abc import Sequence

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
from shared.model.prompts.sections import DATA_RULE, render
from shared.models.story import Character, Setting, Style
from shared.ports import AspectRatio, Prompt
from shared.storage.generations import NamedImage

SHEET_ASPECT_RATIO: AspectRatio = "3:4"


def character_prompt(
    character: Character,
    setting: Setting,
    style: Style,
    own_references: Sequence[NamedImage],
    style_references: Sequence[NamedImage],
    instructions: str | None = None,
    style_text: str | None = None,
    current: Image | None = None,
) -> Prompt:
    """Ask for a character's sheet.

    `own_references` show this very character; `style_references` show others, and only their style is taken.
    `instructions` say what should be different when the sheet is drawn again, or what to change in the `current` one.
    """
    verb = "Draw" if current is None else "Change"
    task = f"{verb} the character sheet of this character of a {style}."
    images = (
        *current_image(current),
        *(ShownImage("the character", ref.image, character.name) for ref in own_references),
        *(ShownImage("somebody else: take only the way of drawing", ref.image) for ref in style_references),
    )
    return Prompt(
        rules=_rules(style, style_text, is_change=current is not None),
        task=render(
            task,
            {
                "task": "character",
                "style": style,
                **style_text_section(style_text),
                "character": character,
                "setting": setting,
                **images_section(images),
                **change_section(is_change=current is not None),
                **instructions_section(instructions),
            },
        ),
        images=numbered(images),
    )


def _rules(style: Style, style_text: str | None, *, is_change: bool) -> str:
    change = f" {CHANGE_RULE}" if is_change else ""
    return f"""You draw character sheets for a comic artist. {DATA_RULE}

Rules:
- {look_rules(style, style_text)}
- One character only, whole figure from the front, in a neutral standing pose with a neutral face, on a plain light \
background.
- Follow the physical description in every detail; clothes and objects fit the setting's time and place.
- {IMAGES_RULE} Where images of the character are given, keep that face, hair and clothing.
- {INSTRUCTIONS_RULE}{change}
- No words, no speech bubbles, no frame, no other people."""
