"""The prompt of a character's sheet, which keeps the character's look the same in every panel."""

from collections.abc import Sequence

from shared.model.prompts.drawing import INSTRUCTIONS_RULE, LOOK, instructions_section
from shared.model.prompts.images import IMAGES_RULE, ShownImage, images_section, numbered
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
) -> Prompt:
    """Ask for a character's sheet.

    `own_references` show this very character; `style_references` show others, and only their style is taken.
    `instructions` say what should be different when the sheet is drawn again.
    """
    task = f"Draw the character sheet of this character of a {style}."
    images = (
        *(ShownImage("the character", ref.image, character.name) for ref in own_references),
        *(ShownImage("somebody else: take only the way of drawing", ref.image) for ref in style_references),
    )
    return Prompt(
        rules=_rules(style),
        task=render(
            task,
            {
                "task": "character",
                "style": style,
                "character": character,
                "setting": setting,
                **images_section(images),
                **instructions_section(instructions),
            },
        ),
        images=numbered(images),
    )


def _rules(style: Style) -> str:
    return f"""You draw character sheets for a comic artist. {DATA_RULE}

Rules:
- {LOOK[style]}
- One character only, whole figure from the front, in a neutral standing pose with a neutral face, on a plain light \
background.
- Follow the physical description in every detail; clothes and objects fit the setting's time and place.
- {IMAGES_RULE} Where images of the character are given, keep that face, hair and clothing.
- {INSTRUCTIONS_RULE}
- No words, no speech bubbles, no frame, no other people."""
