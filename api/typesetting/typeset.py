"""Sets the texts of a panel over its picture: their lines, their font size, their balloons and where these are. Pure.

What holds for every result:

- all lines are inside the shape of their balloon, all balloons are in the picture, and no two overlap;
- a text without a place by hand covers no part of the picture with a face, as long as any room is left beside faces:
  it is set smaller before;
- of two texts without a place by hand, the later one begins no higher than the other one, and not beside it on the side
  where a reader begins.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from api.typesetting.balloons import Box, Point, box_of
from api.typesetting.blocks import Block, Measure, Setting, blocks_of, costs_of, fitted
from api.typesetting.picture import Picture, place_of
from api.typesetting.placement.arrange import SMALLEST, Arranged, arrange
from api.typesetting.placement.grid import Busyness, covered
from api.typesetting.placement.search import Item, Room, Size
from api.typesetting.scripts import is_vertical
from api.typesetting.shaping import measure as measure_shaped
from api.typesetting.tails import tail_tip
from shared.models.lettering import LetteredKind, Place, PlannedText, SetText
from shared.models.story import Direction

_EFFECT_SCALE = 1.5
_LONGEST_LARGE_EFFECT = 24
"""Longer effects are not set larger than other texts, in letters."""
_LARGEST_BY_HAND: dict[LetteredKind, float] = {"dialogue": 0.06, "narration": 0.06, "effect": 0.25}
_ROUNDING = 1e-6
_MIDDLE = (0.5, 0.5)


class PlaceProblem(Exception):
    """A place by hand that can't be used. `index` is that of its text, `message` says what to do.

    `others` are the problems with other places of the same texts.
    """

    def __init__(self, index: int, message: str) -> None:
        super().__init__(f"texts[{index}].place: {message}")
        self.index = index
        self.message = message
        self.others: tuple[PlaceProblem, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """A text, and the place that was chosen for it by hand."""

    text: PlannedText
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class _Placed:
    block: Block
    place: Place
    font_size: float


def typeset(
    wanted: Sequence[Wanted],
    picture: Picture,
    language: str | None,
    reading: Direction,
    measure: Measure = measure_shaped,
) -> tuple[SetText, ...]:
    """Return the texts as they are set. Raises PlaceProblem, but never if no text has a place by hand."""
    texts = [each.text.text for each in wanted]
    setting = Setting(language, is_vertical(language, texts), measure)
    placed = _by_hand(wanted, picture, setting)
    placed |= _by_calm(wanted, placed, picture, setting, reading)
    boxes = {index: box_of(each.place, picture.aspect) for index, each in placed.items()}
    return tuple(_set(index, each, placed[index], boxes, picture) for index, each in enumerate(wanted))


def _by_hand(wanted: Sequence[Wanted], picture: Picture, setting: Setting) -> dict[int, _Placed]:
    placed: dict[int, _Placed] = {}
    problems: list[PlaceProblem] = []
    for index, (text, place) in enumerate((each.text, each.place) for each in wanted):
        if place is None:
            continue
        try:
            placed[index] = _in_place(index, text, place, placed, picture, setting)
        except PlaceProblem as exc:
            problems.append(exc)
    if problems:
        problems[0].others = tuple(problems[1:])
        raise problems[0]
    return placed


def _in_place(
    index: int, text: PlannedText, place: Place, placed: Mapping[int, _Placed], picture: Picture, setting: Setting
) -> _Placed:
    if not _is_inside(place):
        raise PlaceProblem(index, "It must be inside the picture, and wider and higher than 0.")
    other = next((number for number, each in placed.items() if _overlap(place, each.place)), None)
    if other is not None:
        raise PlaceProblem(index, f"It overlaps the place of texts[{other}]. Move one of them.")
    sides = place.width, place.height / picture.aspect
    found = fitted(text, sides, setting, (SMALLEST, _LARGEST_BY_HAND[text.kind]))
    if found is None:
        raise PlaceProblem(
            index, "It is too small for its text in the smallest legible size. Make it larger, or the text shorter."
        )
    return _Placed(found[0], place, found[1])


def _by_calm(
    wanted: Sequence[Wanted], placed: dict[int, _Placed], picture: Picture, setting: Setting, reading: Direction
) -> dict[int, _Placed]:
    """Place the texts without a place by hand beside the others."""
    free = [index for index in range(len(wanted)) if index not in placed]
    if not free:
        return {}
    blocks = [blocks_of(wanted[index].text, setting) for index in free]
    ideals = _ideals([wanted[index].text for index in free], picture, reading)
    items = [
        _item(text_blocks, wanted[index].text, picture.aspect, ideal)
        for index, text_blocks, ideal in zip(free, blocks, ideals, strict=True)
    ]
    arranged = _arranged(items, [each.place for each in placed.values()], picture, reading)
    if arranged is None:
        largest = max(placed, key=lambda index: placed[index].place.width * placed[index].place.height)
        raise PlaceProblem(largest, "It leaves no room for the texts without a place. Make it smaller.")
    chosen: dict[int, _Placed] = {}
    for index, text_blocks, spot in zip(free, blocks, arranged.spots, strict=True):
        block, font_size = text_blocks[spot.size], arranged.font_size * _scale(wanted[index].text)
        size = block.width * font_size, block.height * font_size * picture.aspect
        place = Place(x=round(spot.x, 5), y=round(spot.y, 5), width=round(size[0], 5), height=round(size[1], 5))
        chosen[index] = _Placed(block, place, font_size)
    return chosen


def _arranged(items: Sequence[Item], by_hand: Sequence[Place], picture: Picture, reading: Direction) -> Arranged | None:
    """Arrange texts beside faces and the places by hand, or over faces if there is no room otherwise.

    None if the places by hand leave no room in which all are legible.
    """
    busyness = Busyness(picture.busyness)
    taken = faces = 0
    for place in by_hand:
        taken |= covered(place)
    for face in picture.faces:
        faces |= covered(place_of(face.part))
    for mask in (taken | faces, taken):
        arranged = arrange(items, Room(busyness, mask), reading)
        if arranged is not None and (arranged.font_size >= SMALLEST or not by_hand):
            return arranged
    return None


def _item(blocks: tuple[Block, ...], text: PlannedText, aspect: float, ideal: tuple[float, float]) -> Item:
    scale = _scale(text)
    sizes = (
        Size(block.width * scale, block.height * scale * aspect, cost)
        for block, cost in zip(blocks, costs_of(blocks), strict=True)
    )
    return Item(tuple(sizes), ideal)


def _scale(text: PlannedText) -> float:
    return _EFFECT_SCALE if text.kind == "effect" and len(text.text) <= _LONGEST_LARGE_EFFECT else 1.0


def _ideals(texts: Sequence[PlannedText], picture: Picture, reading: Direction) -> list[tuple[float, float]]:
    """Return where texts would be if all were calm: from the upper beginning to the lower end, near who speaks."""
    ideals: list[tuple[float, float]] = []
    for number, text in enumerate(texts):
        progress = number / (len(texts) - 1) if len(texts) > 1 else 0.0
        across = 0.25 + 0.5 * progress
        face = _face_of(text, picture)
        x = face[0] if face else across if reading == "ltr" else 1 - across
        ideals.append((x, 0.15 + 0.7 * progress))
    return ideals


def _face_of(text: PlannedText, picture: Picture) -> tuple[float, float] | None:
    """Return the middle of the face of who says a text, as fractions of the picture."""
    if text.kind != "dialogue" or text.speaker is None:
        return None
    speaker = text.speaker.strip().casefold()
    parts = [place_of(face.part) for face in picture.faces if face.name.strip().casefold() == speaker]
    return (parts[0].x + parts[0].width / 2, parts[0].y + parts[0].height / 2) if parts else None


def _set(index: int, wanted: Wanted, placed: _Placed, boxes: dict[int, Box], picture: Picture) -> SetText:
    text, font_size = wanted.text, round(placed.font_size, 6)
    tip: Point | None = None
    if text.kind == "dialogue":
        x, y = _face_of(text, picture) or _MIDDLE
        others = [box for number, box in boxes.items() if number != index]
        tip = tail_tip(boxes[index], Point(x, y / picture.aspect), font_size, others)
    return SetText(
        kind=text.kind,
        text=text.text,
        speaker=text.speaker,
        place=placed.place,
        font_size=font_size,
        lines=placed.block.set_lines(placed.place, font_size, picture.aspect),
        tail=(round(tip.x, 5), round(tip.y * picture.aspect, 5)) if tip else None,
        is_placed_by_hand=wanted.place is not None,
    )


def _is_inside(place: Place) -> bool:
    return (
        min(place.width, place.height) > _ROUNDING
        and min(place.x, place.y) >= -_ROUNDING
        and max(place.x + place.width, place.y + place.height) <= 1 + _ROUNDING
    )


def _overlap(one: Place, other: Place) -> bool:
    return (
        min(one.x + one.width, other.x + other.width) - max(one.x, other.x) > _ROUNDING
        and min(one.y + one.height, other.y + other.height) - max(one.y, other.y) > _ROUNDING
    )
