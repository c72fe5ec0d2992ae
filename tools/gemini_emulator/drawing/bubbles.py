"""Speech bubbles: fitted to their words, inside the frame, off the faces, with a tail towards the speaker's mouth."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from tools.gemini_emulator.drawing.canvas import Box, Point
from tools.gemini_emulator.drawing.colours import WHITE
from tools.gemini_emulator.drawing.curves import smooth_closed
from tools.gemini_emulator.drawing.lettering import LINE_HEIGHT, TextBlock, wrapped
from tools.gemini_emulator.drawing.pen import Pen

type BubbleKind = Literal["speech", "shout", "thought"]

MARGIN_PX = 12
LARGEST_TEXT_PX, SMALLEST_TEXT_PX = 25, 13
MAX_WIDTH, MAX_HEIGHT = 0.56, 0.42
# A text box needs this much more room inside an ellipse.
ELLIPSE_X, ELLIPSE_Y = 1.3, 1.42
TAIL_PX = 17
# Of a letter's height.
NARROWEST_LETTER = 0.2


@dataclass(frozen=True, slots=True)
class Bubble:
    """A bubble: its box, the text in it, and where the tail points (None without a speaker in the picture)."""

    box: Box
    block: TextBlock
    kind: BubbleKind
    tail: Point | None

    @property
    def middle(self) -> Point:
        """The middle of the box."""
        left, top, right, bottom = self.box
        return (left + right) / 2, (top + bottom) / 2


def fit_text(text: str, size: tuple[int, int]) -> TextBlock:
    """Return the text in the largest letters that leave room for the picture."""
    width, height = size
    largest = round(LARGEST_TEXT_PX * max(width, height) / 768)
    for pixels in range(largest, SMALLEST_TEXT_PX - 1, -1):
        if _is_too_long(text, pixels, width * MAX_WIDTH / ELLIPSE_X * height * MAX_HEIGHT / ELLIPSE_Y):
            continue
        best = _roundest(text, pixels, width)
        if best.width * ELLIPSE_X <= width * MAX_WIDTH and best.height * ELLIPSE_Y <= height * MAX_HEIGHT:
            return best
    return _shrunk(text, width, height)


def place_bubble(
    text: str, size: tuple[int, int], heads: Sequence[Box], mouth: Point | None, kind: BubbleKind
) -> Bubble:
    """Return the bubble where it hides least: no face if that can be helped, near its speaker."""
    width, height = size
    block = fit_text(text, size)
    wide = min(width - 2 * MARGIN_PX, block.width * ELLIPSE_X + 26)
    high = min(height - 2 * MARGIN_PX, block.height * ELLIPSE_Y + 20)
    spots = [
        (MARGIN_PX + (width - wide - 2 * MARGIN_PX) * column / 8, MARGIN_PX + (height - high - 2 * MARGIN_PX) * row / 6)
        for row in range(7)
        for column in range(9)
    ]
    left, top = min(spots, key=lambda spot: _cost((*spot, spot[0] + wide, spot[1] + high), size, heads, mouth))
    box = (left, top, left + wide, top + high)
    return Bubble(box, block, kind, _tail_tip(box, mouth, size))


def draw_bubble(pen: Pen, bubble: Bubble) -> None:
    """Draw a bubble without its words."""
    outline = _outline(bubble)
    pen.canvas.shade(outline, 255)
    if bubble.tail is not None and bubble.kind != "thought":
        tail = _tail(bubble, bubble.tail)
        pen.canvas.shade(tail, 255)
        pen.shape(tail, WHITE, 1.25)
        pen.shape(outline, WHITE, 1.25)
        # the line between tail and bubble goes
        pen.fill(
            [_towards(point, bubble.middle, 5) for point in (tail[0], tail[-1])]
            + [_towards(point, bubble.tail, 5) for point in (tail[-1], tail[0])],
            WHITE,
        )
        return
    pen.shape(outline, WHITE, 1.25)
    if bubble.tail is not None:
        for step, radius in ((0.45, 7), (0.75, 4)):
            start = _edge_point(bubble, bubble.tail)
            x, y = start[0] + (bubble.tail[0] - start[0]) * step, start[1] + (bubble.tail[1] - start[1]) * step
            pen.oval(x, y, radius, radius, WHITE, 1.1)


def overlap(one: Box, other: Box) -> float:
    """Return the area that two boxes share."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    return max(0.0, wide) * max(0.0, high)


def _is_too_long(text: str, pixels: int, room: float) -> bool:
    """Tell, without measuring, that not even the narrowest letters would fit an area of square pixels."""
    return len(text) * pixels * NARROWEST_LETTER * pixels * LINE_HEIGHT > room


def _roundest(text: str, pixels: int, width: int) -> TextBlock:
    """Break the text so that its block is about twice as wide as high."""
    blocks = [wrapped(text, pixels, width * MAX_WIDTH / ELLIPSE_X * part) for part in (0.45, 0.6, 0.75, 0.9, 1.0)]
    return min(blocks, key=lambda block: abs(math.log(max(block.width, 1) / max(block.height, 1) / 2.1)))


def _shrunk(text: str, width: int, height: int) -> TextBlock:
    """Very long texts: the smallest letters, and at last fewer words with an ellipsis."""
    block = wrapped(text, SMALLEST_TEXT_PX, width * 0.7)
    while block.height * ELLIPSE_Y > height * 0.6 and len(text) > 1:
        text = text[: int(len(text) * 0.9)].rstrip(" …")
        block = wrapped(f"{text}…", SMALLEST_TEXT_PX, width * 0.7)
    return block


def _cost(box: Box, size: tuple[int, int], heads: Sequence[Box], mouth: Point | None) -> float:
    width, height = size
    area = (box[2] - box[0]) * (box[3] - box[1])
    cost = sum(overlap(box, head) for head in heads) / area * 12
    cost += (box[1] / height) * 0.9  # speech is read from the top
    if mouth is None:
        return cost + abs((box[0] + box[2]) / 2 - width / 2) / width
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    cost += math.hypot((x - mouth[0]) / width, (y - mouth[1]) / height) * 0.8
    # a bubble below the mouth reads badly
    return cost + (1.2 if box[1] > mouth[1] else 0.0)


def _tail_tip(box: Box, mouth: Point | None, size: tuple[int, int]) -> Point | None:
    if mouth is None:
        return None
    middle = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
    gap = math.hypot(mouth[0] - middle[0], mouth[1] - middle[1]) or 1.0
    rim = 1 / math.hypot(
        (mouth[0] - middle[0]) / gap / ((box[2] - box[0]) / 2), (mouth[1] - middle[1]) / gap / ((box[3] - box[1]) / 2)
    )
    if gap <= rim + 4:
        return None
    reach = rim + min((gap - rim) * 0.62, 62.0)
    x, y = middle[0] + (mouth[0] - middle[0]) / gap * reach, middle[1] + (mouth[1] - middle[1]) / gap * reach
    return min(max(x, MARGIN_PX), size[0] - MARGIN_PX), min(max(y, MARGIN_PX), size[1] - MARGIN_PX)


def _outline(bubble: Bubble) -> list[Point]:
    x, y = bubble.middle
    rx, ry = (bubble.box[2] - bubble.box[0]) / 2, (bubble.box[3] - bubble.box[1]) / 2
    if bubble.kind == "shout":
        points: list[Point] = []
        for step in range(44):
            angle = 2 * math.pi * step / 44
            spike = 1.0 if step % 2 == 0 else 0.885
            points.append((x + rx * spike * _squared(math.cos(angle)), y + ry * spike * _squared(math.sin(angle))))
        return points
    if bubble.kind == "thought":
        ring = [
            (x + rx * 0.93 * _squared(math.cos(a)), y + ry * 0.9 * _squared(math.sin(a)))
            for a in (2 * math.pi * s / 14 for s in range(14))
        ]
        return smooth_closed(
            [
                p
                for a, b in zip(ring, [*ring[1:], ring[0]], strict=True)
                for p in (a, _towards(((a[0] + b[0]) / 2, (a[1] + b[1]) / 2), (x, y), -7))
            ],
            4,
        )
    return [
        (x + rx * _squared(math.cos(angle)), y + ry * _squared(math.sin(angle)))
        for angle in (2 * math.pi * step / 64 for step in range(64))
    ]


def _squared(value: float) -> float:
    """Round a circle a little towards a box: more room for words."""
    return math.copysign(abs(value) ** 0.78, value)


def _edge_point(bubble: Bubble, target: Point) -> Point:
    x, y = bubble.middle
    rx, ry = (bubble.box[2] - bubble.box[0]) / 2, (bubble.box[3] - bubble.box[1]) / 2
    angle = math.atan2((target[1] - y) / ry, (target[0] - x) / rx)
    return x + rx * 0.94 * math.cos(angle), y + ry * 0.94 * math.sin(angle)


def _tail(bubble: Bubble, tip: Point) -> list[Point]:
    edge = _towards(_edge_point(bubble, tip), bubble.middle, 8)
    dx, dy = tip[0] - edge[0], tip[1] - edge[1]
    length = math.hypot(dx, dy) or 1.0
    nx, ny = -dy / length * TAIL_PX * 0.6, dx / length * TAIL_PX * 0.6
    return [(edge[0] + nx, edge[1] + ny), tip, (edge[0] - nx, edge[1] - ny)]


def _towards(point: Point, target: Point, distance: float) -> Point:
    dx, dy = target[0] - point[0], target[1] - point[1]
    length = math.hypot(dx, dy) or 1.0
    return point[0] + dx / length * distance, point[1] + dy / length * distance
