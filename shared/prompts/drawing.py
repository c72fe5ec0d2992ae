"""What all drawings of one style have in common."""

from shared.models.story import Style

LOOK: dict[Style, str] = {
    "manga": "Black-and-white Japanese manga: clean ink lines, screentones for shade, expressive faces, no colour.",
    "comic": "American comic book: bold ink outlines, flat vivid colours with simple shading, dynamic poses.",
}
