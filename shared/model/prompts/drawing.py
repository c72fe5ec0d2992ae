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


def instructions_section(instructions: str | None) -> dict[str, JsonValue]:
    """Return the section with the user's instructions, if there are any."""
    return {} if instructions is None else {"instructions": instructions}
