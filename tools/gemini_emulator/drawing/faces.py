"""Where the faces of a panel are: as it will be drawn, and as the plan wants them."""

from dataclasses import replace

from tools.gemini_emulator.drawing.ink.canvas import Point
from tools.gemini_emulator.drawing.people.actor import Actor

ROWS, COLUMNS = ("top", "", "bottom"), ("left", "", "right")
PARTS = 3


def part_of(point: Point, size: tuple[int, int]) -> str:
    """Return the name of the part of the picture that the point is in, such as `top-left`."""
    column, row = (min(PARTS - 1, max(0, int(PARTS * point[axis] / size[axis]))) for axis in (0, 1))
    return "-".join(filter(None, (ROWS[row], COLUMNS[column]))) or "center"


def with_face_in(actor: Actor, part: str, size: tuple[int, int]) -> Actor:
    """Move somebody so that the face is in that part; no part, an unknown or the right one changes nothing."""
    words = set(part.split("-")) - {"center"}
    if not part or part == part_of(actor.head_middle, size) or not words <= {*ROWS, *COLUMNS}:
        return actor
    x, y = (_middle_of(words, names) * side for names, side in zip((COLUMNS, ROWS), size, strict=True))
    left, top = actor.head_middle
    return replace(actor, x=actor.x + x - left, ground=actor.ground + y - top)


def _middle_of(words: set[str], names: tuple[str, str, str]) -> float:
    index = next((index for index, name in enumerate(names) if name in words), 1)
    return (index + 0.5) / PARTS
