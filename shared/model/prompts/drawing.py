"""What all drawings of one style have in common."""

from pydantic import JsonValue

from shared.models.story import Style

LOOK: dict[Style, str] = {
    "manga": "Black-and-white Japanese manga: clean ink lines, screentones for shade, expressive faces, no colour.",
    "comic": "American comic book: bold ink outlines, flat vivid colours with simple shading, dynamic poses.",
}

INSTRUCTIONS_RULE = (
    "Where there are instructions, they are a reader's wish for this drawing: follow them as far as the rules, "
    "the cast and the style allow."
)


CHANGE_RULE = (
    "Image 1 is the current drawing, and the instructions say what to change in it. Change nothing else: composition, "
    "framing, figures, poses, faces, clothes, place, light, words and technique stay exactly as they are in image 1."
)
_STYLE_TEXT_RULE = (
    "The section style-text describes the technique, the lines, the light and the palette that are wanted: where it "
    "differs from the rule above, it counts. It says nothing about what is drawn."
)


def look_rules(style: Style, style_text: str | None) -> str:
    """Return the rules for the way of drawing."""
    return LOOK[style] if style_text is None else f"{LOOK[style]}\n- {_STYLE_TEXT_RULE}"


def style_text_section(style_text: str | None) -> dict[str, JsonValue]:
    """Return the section with the style text, if there is one."""
    return {} if style_text is None else {"style-text": style_text}


def change_section(*, is_change: bool) -> dict[str, JsonValue]:
    """Return the section that says which image is to be changed, if one is."""
    return {"change": {"image": 1}} if is_change else {}


def instructions_section(instructions: str | None) -> dict[str, JsonValue]:
    """Return the section with the user's instructions, if there are any."""
    return {} if instructions is None else {"instructions": instructions}
