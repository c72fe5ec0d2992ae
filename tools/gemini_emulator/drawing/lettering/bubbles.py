"""Speech bubbles: fitted to their words, inside the frame, off the faces, with a tail towards the speaker's mouth."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from tools.gemini_emulator.drawing.ink.canvas import Box, Point
from tools.gemini_emulator.drawing.ink.colours import WHITE
from tools.gemini_emulator.drawing.ink.pen import Pen
from tools.gemini_emulator.drawing.lettering.text import LINE_HEIGHT, TextBlock, wrapped

MARGIN_PX = 12
LARGEST_TEXT_PX, SMALLEST_TEXT_PX = 25, 13
MAX_WIDTH, MAX_HEIGHT = 0.56, 0.42
# A text box needs this much more room inside an ellipse.
ELLIPSE_X, ELLIPSE_Y = 1.3, 1.42
TAIL_PX, LONGEST_TAIL_PX = 18, 62
LINE = 1.25
# Bubbles are tried at this many places across and down the picture.
COLUMNS, ROWS = 9, 7
SPIKES, SMOOTH_STEPS = 44, 64
# The width of a narrow letter, as a part of its height.
NARROWEST_LETTER = 0.2


@dataclass(frozen=True, slots=True)
class Bubble:
    """A bubble: its box, the text in it, and where the tail points (None if the speaker is not in the picture)."""

    box: Box
    block: TextBlock
    is_shout: bool
    tail: Point | None

    @property
    def middle(self) -> Point:
        return _middle(self.box)


def fit_text(text: str, size: tuple[int, int]) -> TextBlock:
    """Return the text in the largest letters that leave room for the picture."""
    room = size[0] * MAX_WIDTH / ELLIPSE_X, size[1] * MAX_HEIGHT / ELLIPSE_Y
    for pixels in range(round(LARGEST_TEXT_PX * max(size) / 768), SMALLEST_TEXT_PX - 1, -1):
        # measuring is slow: skip what cannot fit even in the narrowest letters
        if len(text) * pixels * NARROWEST_LETTER * pixels * LINE_HEIGHT <= room[0] * room[1]:
            block = _roundest(text, pixels, room[0])
            if block.width <= room[0] and block.height <= room[1]:
                return block
    block = wrapped(text, SMALLEST_TEXT_PX, size[0] * 0.7)
    while block.height * ELLIPSE_Y > size[1] * 0.6 and len(text) > 1:
        text = text[: int(len(text) * 0.9)].rstrip(" …")
        block = wrapped(f"{text}…", SMALLEST_TEXT_PX, size[0] * 0.7)
    return block


def place_bubble(
    text: str, size: tuple[int, int], heads: Sequence[Box], mouth: Point | None, *, is_shout: bool
) -> Bubble:
    """Return the bubble where it hides least: no face if that can be helped, and near its speaker."""
    block = fit_text(text, size)
    wide = min(size[0] - 2 * MARGIN_PX, block.width * ELLIPSE_X + 26)
    high = min(size[1] - 2 * MARGIN_PX, block.height * ELLIPSE_Y + 20)
    across, down = size[0] - wide - 2 * MARGIN_PX, size[1] - high - 2 * MARGIN_PX
    corners = [
        (MARGIN_PX + across * column / (COLUMNS - 1), MARGIN_PX + down * row / (ROWS - 1))
        for row in range(ROWS)
        for column in range(COLUMNS)
    ]
    boxes = [(left, top, left + wide, top + high) for left, top in corners]
    box = min(boxes, key=lambda box: _cost(box, size, heads, mouth))
    return Bubble(box, block, is_shout, _tail_tip(box, mouth, size))


def draw_bubble(pen: Pen, bubble: Bubble) -> None:
    outline, middle = _outline(bubble), bubble.middle
    tail: list[Point] = []
    if bubble.tail is not None:
        reach = math.dist(middle, bubble.tail)
        aside = [part / reach * TAIL_PX for part in (middle[1] - bubble.tail[1], bubble.tail[0] - middle[0])]
        tail = [(middle[0] + side * aside[0], middle[1] + side * aside[1]) for side in (1, -1)]
        tail.insert(1, bubble.tail)
        pen.shape(tail, WHITE, LINE)
    pen.shape(outline, WHITE, LINE)
    # remove the line between tail and bubble
    if tail:
        pen.fill([_towards(point, middle, 6) for point in tail], WHITE)


def overlap(one: Box, other: Box) -> float:
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    return max(0.0, wide) * max(0.0, high)


def _middle(box: Box) -> Point:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def _roundest(text: str, pixels: int, room: float) -> TextBlock:
    """Break the text so that its block is about twice as wide as high."""
    blocks = [wrapped(text, pixels, room * part) for part in (0.45, 0.6, 0.75, 0.9, 1.0)]
    return min(blocks, key=lambda block: abs(math.log(max(block.width, 1) / max(block.height, 1) / 2.1)))


def _cost(box: Box, size: tuple[int, int], heads: Sequence[Box], mouth: Point | None) -> float:
    """Return how bad a place is: over faces, low in the picture, far from the mouth or below it."""
    width, height = size
    x, y = _middle(box)
    area = (box[2] - box[0]) * (box[3] - box[1])
    cost = sum(overlap(box, head) for head in heads) / area * 12 + box[1] / height * 0.9
    if mouth is None:
        return cost + abs(x - width / 2) / width
    distance = math.hypot((x - mouth[0]) / width, (y - mouth[1]) / height)
    return cost + distance * 0.8 + (1.2 if box[1] > mouth[1] else 0.0)


def _tail_tip(box: Box, mouth: Point | None, size: tuple[int, int]) -> Point | None:
    if mouth is None:
        return None
    middle = _middle(box)
    gap = math.dist(mouth, middle) or 1.0
    dx, dy = (mouth[0] - middle[0]) / gap, (mouth[1] - middle[1]) / gap
    rim = 1 / math.hypot(dx / (box[2] - middle[0]), dy / (box[3] - middle[1]))
    if gap <= rim + 4:
        return None
    x, y = _towards(middle, mouth, rim + min((gap - rim) * 0.62, LONGEST_TAIL_PX))
    return min(max(x, MARGIN_PX), size[0] - MARGIN_PX), min(max(y, MARGIN_PX), size[1] - MARGIN_PX)


def _outline(bubble: Bubble) -> list[Point]:
    """Return an ellipse that is rounded a little towards a box, which has more room for words; spiky for a shout."""
    steps = SPIKES if bubble.is_shout else SMOOTH_STEPS
    x, y = bubble.middle
    points: list[Point] = []
    for step in range(steps):
        angle = 2 * math.pi * step / steps
        reach = 0.885 if bubble.is_shout and step % 2 else 1.0
        dx, dy = (reach * math.copysign(abs(part) ** 0.78, part) for part in (math.cos(angle), math.sin(angle)))
        points.append((x + (bubble.box[2] - x) * dx, y + (bubble.box[3] - y) * dy))
    return points


def _towards(point: Point, target: Point, distance: float) -> Point:
    part = distance / (math.dist(point, target) or 1.0)
    return point[0] + (target[0] - point[0]) * part, point[1] + (target[1] - point[1]) * part
