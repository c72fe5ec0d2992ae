"""What holds for the lettering of every panel, whatever its texts and its picture are."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.typesetting.picture import Picture, place_of
from api.typesetting.scripts import is_vertical, line_height
from api.typesetting.typeset import PlaceProblem, Wanted, typeset
from shared.models.lettering import Place, SetText
from shared.models.story import Direction
from tests.unit.api.typesetting.scripts_of_panels import letters_measure, pictures, wanted_texts

SCRIPTS = 2000
"""Of both reading directions together."""
ROUNDING = 2e-5
READINGS: tuple[Direction, ...] = ("rtl", "ltr")


@pytest.mark.timeout(300)
@pytest.mark.parametrize("reading", READINGS)
@settings(max_examples=SCRIPTS // len(READINGS), deadline=None)
@given(wanted_texts(), pictures())
def test_texts_are_in_their_balloons_and_balloons_beside_each_other(
    reading: Direction, script: tuple[tuple[Wanted, ...], str | None], picture: Picture
) -> None:
    wanted, language = script
    texts = texts_or_problem(wanted, picture, language, reading)
    if isinstance(texts, PlaceProblem):
        assert wanted[texts.index].place is not None
        wanted = tuple(Wanted(each.text) for each in wanted)
        texts = typeset(wanted, picture, language, reading, letters_measure)

    are_columns = is_vertical(language, [text.text for text in texts])
    for each, text in zip(wanted, texts, strict=True):
        assert_is_what_was_wanted(each, text)
        assert_is_within_the_picture(text)
        for corner in corners_of_lines(text, picture.aspect, are_columns=are_columns):
            assert is_in_shape(text, corner)
    for one, other in combinations(texts, 2):
        assert not overlap(one.place, other.place)
    assert_tails_are_clear(texts, picture.aspect)
    by_calm = [text.place for text in texts if not text.is_placed_by_hand]
    for one, other in combinations(by_calm, 2):
        assert_is_read_before(one, other, reading)
    if len(by_calm) == len(texts):
        faces = [place_of(face.part) for face in picture.faces]
        assert not [place for place in by_calm if any(overlap(place, face) for face in faces)]


@settings(max_examples=50, deadline=None)
@given(wanted_texts(), pictures(), st.sampled_from(READINGS))
def test_same_texts_over_the_same_picture_are_set_in_the_same_way(
    script: tuple[tuple[Wanted, ...], str | None], picture: Picture, reading: Direction
) -> None:
    wanted, language = tuple(Wanted(each.text) for each in script[0]), script[1]

    once, again = (typeset(wanted, picture, language, reading, letters_measure) for _ in range(2))

    assert once == again


def texts_or_problem(
    wanted: tuple[Wanted, ...], picture: Picture, language: str | None, reading: Direction
) -> tuple[SetText, ...] | PlaceProblem:
    try:
        return typeset(wanted, picture, language, reading, letters_measure)
    except PlaceProblem as problem:
        return problem


def assert_is_what_was_wanted(wanted: Wanted, text: SetText) -> None:
    assert (text.kind, text.text, text.speaker) == (wanted.text.kind, wanted.text.text, wanted.text.speaker)
    assert "".join("".join(line.text.split()) for line in text.lines) == "".join(wanted.text.text.split())
    assert text.font_size > 0
    assert wanted.place in (None, text.place)
    assert text.is_placed_by_hand == (wanted.place is not None)


def assert_is_within_the_picture(text: SetText) -> None:
    place = text.place
    assert min(place.x, place.y) >= 0
    assert max(place.x + place.width, place.y + place.height) <= 1
    assert text.tail is None or all(0 <= along <= 1 for along in text.tail)


def corners_of_lines(text: SetText, aspect: float, *, are_columns: bool) -> list[tuple[float, float]]:
    """Return the corners of all lines, as fractions of the picture."""
    thickness = line_height(text.text, is_vertical=are_columns) * text.font_size
    corners: list[tuple[float, float]] = []
    for line in text.lines:
        half = (thickness / 2, line.length / 2) if are_columns else (line.length / 2, thickness * aspect / 2)
        corners += [(line.x + across * half[0], line.y + down * half[1]) for across in (-1, 1) for down in (-1, 1)]
    return corners


def is_in_shape(text: SetText, corner: tuple[float, float]) -> bool:
    """Tell whether a point is in a rectangle, or in one whose corners are quarters of ellipses."""
    place = text.place
    x = abs(corner[0] - place.x - place.width / 2) / (place.width / 2 + ROUNDING)
    y = abs(corner[1] - place.y - place.height / 2) / (place.height / 2 + ROUNDING)
    if text.kind != "dialogue" or min(x, y) <= 0.2:
        return max(x, y) <= 1
    return ((x - 0.2) / 0.8) ** 2 + ((y - 0.2) / 0.8) ** 2 <= 1


def overlap(one: Place, other: Place) -> bool:
    across = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    down = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    return across > 1e-6 and down > 1e-6


def assert_is_read_before(one: Place, other: Place, reading: Direction) -> None:
    """Check that one text does not begin lower than a later one, and is before it where both are side by side."""
    assert one.y <= other.y + ROUNDING
    if one.y + one.height > other.y:
        first, second = (one, other) if reading == "ltr" else (other, one)
        assert first.x + first.width <= second.x


def assert_tails_are_clear(texts: tuple[SetText, ...], aspect: float) -> None:
    """Check that no tail, from the middle of its balloon to its tip, touches another text."""
    for number, text in enumerate(texts):
        if text.tail is None:
            continue
        assert text.kind == "dialogue"
        middle = text.place.x + text.place.width / 2, text.place.y + text.place.height / 2
        assert not is_in_shape(text, text.tail)
        on_its_way = [
            tuple(start + share / 50 * (end - start) for start, end in zip(middle, text.tail, strict=True))
            for share in range(51)
        ]
        for other in (*texts[:number], *texts[number + 1 :]):
            place = other.place
            assert not [
                1 for x, y in on_its_way if place.x < x < place.x + place.width and place.y < y < place.y + place.height
            ]
