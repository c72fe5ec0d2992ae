"""Texts over a picture: where they are, in which order, and what places by hand are refused."""

import pytest

from api.typesetting.picture import CALM_CELLS, Picture, place_of
from api.typesetting.placement.arrange import SMALLEST
from api.typesetting.typeset import PlaceProblem, Wanted, typeset
from shared.models.lettering import LetteredKind, PicturePart, Place, PlannedFace, PlannedText, SetText
from shared.models.story import Direction
from tests.unit.api.typesetting.scripts_of_panels import SAMPLES, letters_measure, sample

ANN = "Ann"


def said(text: str, speaker: str | None = ANN, kind: LetteredKind = "dialogue", place: Place | None = None) -> Wanted:
    return Wanted(PlannedText(kind=kind, text=text, speaker=speaker), place)


def set_over(
    wanted: list[Wanted], picture: Picture | None = None, language: str | None = "en", reading: Direction = "ltr"
) -> tuple[SetText, ...]:
    return typeset(wanted, picture or Picture(1.0), language, reading, letters_measure)


def calm_in(x: range, y: range) -> str:
    """Return a calm map with one calm part."""
    cells = [(column, row) for row in range(CALM_CELLS) for column in range(CALM_CELLS)]
    return "".join("0" if column in x and row in y else "f" for column, row in cells)


def face(part: PicturePart, name: str = ANN) -> PlannedFace:
    return PlannedFace(name=name, part=part)


def overlap(one: Place, other: Place) -> bool:
    return min(one.x + one.width, other.x + other.width) > max(one.x, other.x) and min(
        one.y + one.height, other.y + other.height
    ) > max(one.y, other.y)


@pytest.mark.parametrize(("left", "top"), [(0, 0), (12, 0), (0, 15), (12, 15)])
def test_text_is_in_the_calmest_part(left: int, top: int) -> None:
    picture = Picture(4 / 3, calm_in(range(left, left + 12), range(top, top + 9)))

    (text,) = set_over([said("Who is there?")], picture)

    assert text.place.x >= left / 24 - 0.01
    assert text.place.y >= top / 24 - 0.01
    assert text.place.x + text.place.width <= (left + 12) / 24 + 0.01
    assert text.place.y + text.place.height <= (top + 9) / 24 + 0.01


def test_text_is_not_over_a_face_even_if_that_part_is_the_calmest() -> None:
    picture = Picture(1.0, calm_in(range(8), range(8)), (face("top-left"),))

    (text,) = set_over([said("Who is there?")], picture)

    assert not overlap(text.place, place_of("top-left"))


def test_long_texts_become_small_rather_than_cover_a_face() -> None:
    faces = (face("top-left"), face("center"), face("bottom-right"), face("right"))

    texts = set_over([said(sample("en", 300))] * 8, Picture(16 / 9, None, faces))

    assert texts[0].font_size < SMALLEST
    assert not [text for text in texts for each in faces if overlap(text.place, place_of(each.part))]


def test_text_covers_a_face_if_faces_are_everywhere() -> None:
    parts: tuple[PicturePart, ...] = ("top-left", "top", "top-right", "left", "center", "right")
    more: tuple[PicturePart, ...] = ("bottom-left", "bottom", "bottom-right")

    (text,) = set_over([said("Oh.")], Picture(1.0, None, tuple(face(part) for part in parts + more)))

    assert text.font_size > SMALLEST


@pytest.mark.parametrize(("reading", "is_first_left"), [("ltr", True), ("rtl", False)])
def test_first_text_of_a_row_is_where_a_reader_begins(reading: Direction, *, is_first_left: bool) -> None:
    picture = Picture(1.0, calm_in(range(24), range(6)))

    first, second = set_over([said("Who is there?"), said("Only me.", None)], picture, reading=reading)

    assert max(first.place.y, second.place.y) < 0.2
    assert (first.place.x < second.place.x) == is_first_left


def test_later_text_is_below_if_the_calm_part_is_narrow() -> None:
    picture = Picture(1.0, calm_in(range(9), range(24)))

    first, second, third = set_over([said("Who is there?"), said("Only me."), said("Come in.")], picture)

    assert first.place.y + first.place.height <= second.place.y
    assert second.place.y + second.place.height <= third.place.y


def test_japanese_is_set_in_columns_from_right_to_left_that_begin_at_the_top() -> None:
    (text,) = set_over([said(SAMPLES["ja"])], language="ja", reading="rtl")

    columns = text.lines
    assert len(columns) > 2
    assert [column.x for column in columns] == sorted((column.x for column in columns), reverse=True)
    tops = [column.y - column.length / 2 for column in columns]
    assert tops == pytest.approx([tops[0]] * len(tops), abs=1e-4)


def test_lines_of_a_balloon_are_centred_from_top_to_bottom() -> None:
    (text,) = set_over([said("I told you not to come back here. What do you want?")])

    assert [line.y for line in text.lines] == sorted(line.y for line in text.lines)
    middle = text.place.x + text.place.width / 2
    assert [line.x for line in text.lines] == pytest.approx([middle] * len(text.lines), abs=1e-4)


@pytest.mark.parametrize(("language", "side"), [("en", -1), ("ar", 1)])
def test_lines_of_a_caption_begin_at_the_same_edge(language: str, side: int) -> None:
    (text,) = set_over([said(sample(language, 90), None, "narration")], language=language)

    edges = [line.x + side * line.length / 2 for line in text.lines]
    assert len(edges) > 1
    assert edges == pytest.approx([edges[0]] * len(edges), abs=1e-4)
    inset = abs(edges[0] - (text.place.x if side < 0 else text.place.x + text.place.width))
    assert inset == pytest.approx(0.45 * text.font_size, abs=1e-4)


def test_effect_is_larger_bold_and_on_one_line() -> None:
    measured_bold: set[bool] = set()

    def measure(text: str, language: str, font_size: float, *, is_vertical: bool, is_bold: bool) -> float:
        measured_bold.add(is_bold)
        return letters_measure(text, language, font_size, is_vertical=is_vertical, is_bold=is_bold)

    (effect,) = typeset([said("BANG!", None, "effect")], Picture(1.0), "en", "ltr", measure)
    (dialogue,) = set_over([said("Bang!")])

    assert measured_bold == {True}
    assert effect.font_size > dialogue.font_size
    assert [line.text for line in effect.lines] == ["BANG!"]


def test_balloon_points_to_the_face_of_its_speaker_whatever_the_case_of_the_name() -> None:
    picture = Picture(1.0, calm_in(range(24), range(8)), (face("bottom-left", "Bob"), face("bottom-right", "ann ")))

    one, other = set_over([said("Who is there?"), said("Only me.", "BOB")], picture)

    assert one.tail is not None
    assert other.tail is not None
    assert one.tail[1] > one.place.y + one.place.height
    assert one.tail[0] > one.place.x + one.place.width / 2
    assert other.tail[0] < other.place.x + other.place.width / 2


def test_balloon_of_an_unknown_speaker_points_to_the_middle() -> None:
    (text,) = set_over([said("Who is there?", None)], Picture(1.0, calm_in(range(8), range(6))))

    assert text.tail is not None
    assert text.place.x + text.place.width / 2 < text.tail[0] < 0.5
    assert text.place.y + text.place.height / 2 < text.tail[1] < 0.5


def test_captions_and_effects_have_no_tail() -> None:
    wanted = [said("Morning.", ANN, "narration"), said("BANG!", ANN, "effect")]

    assert [text.tail for text in set_over(wanted, Picture(1.0, None, (face("bottom"),)))] == [None, None]


def test_place_by_hand_is_kept_and_filled_with_the_text() -> None:
    place = Place(x=0.1, y=0.5, width=0.4, height=0.3)
    small = Place(x=0.1, y=0.5, width=0.2, height=0.1)

    (text,) = set_over([said("I told you not to come back.", place=place)])
    (in_small,) = set_over([said("I told you not to come back.", place=small)])

    assert (text.place, text.is_placed_by_hand) == (place, True)
    assert text.font_size > in_small.font_size > SMALLEST


def test_other_texts_are_beside_the_places_by_hand() -> None:
    place = Place(x=0, y=0, width=1, height=0.5)

    texts = set_over([said("First."), said("By hand.", place=place), said("Last.")])

    assert not [text for text in (texts[0], texts[2]) if overlap(text.place, place)]
    assert [text.is_placed_by_hand for text in texts] == [False, True, False]


def test_places_as_they_were_chosen_are_accepted_by_hand() -> None:
    wanted = [said(sample("en", 80, start)) for start in range(5)]
    chosen = set_over(wanted, Picture(1.5, None, (face("center"),)))

    again = set_over([Wanted(one.text, text.place) for one, text in zip(wanted, chosen, strict=True)], Picture(1.5))

    assert [text.place for text in again] == [text.place for text in chosen]
    assert all(new.font_size >= old.font_size * 0.99 for new, old in zip(again, chosen, strict=True))


@pytest.mark.parametrize(
    "place",
    [
        Place(x=-0.1, y=0, width=0.5, height=0.5),
        Place(x=0.6, y=0, width=0.5, height=0.5),
        Place(x=0, y=0.6, width=0.5, height=0.5),
        Place(x=0, y=0, width=0, height=0.5),
        Place(x=0.5, y=0.5, width=-0.2, height=0.2),
        Place(x=float("nan"), y=0, width=0.5, height=0.5),
    ],
)
def test_place_by_hand_outside_the_picture_is_refused(place: Place) -> None:
    with pytest.raises(PlaceProblem, match=r"texts\[1\]\.place: It must be inside the picture"):
        set_over([said("First."), said("By hand.", place=place)])


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("size", [(5e-324, 1.0), (1.0, 5e-324), (1e-320, 1e-320)], ids=["width", "height", "both"])
def test_place_by_hand_without_any_extent_is_refused(size: tuple[float, float], language: str) -> None:
    place = Place(x=0, y=0, width=size[0], height=size[1])

    for aspect in (0.4, 1.0, 2.5):
        with pytest.raises(PlaceProblem, match="wider and higher than 0"):
            set_over([said("By hand.", place=place)], Picture(aspect, None, ()), language)


def test_places_by_hand_that_overlap_are_refused_and_those_that_touch_are_not() -> None:
    left = Place(x=0, y=0, width=0.5, height=0.5)
    right = Place(x=0.5, y=0, width=0.5, height=0.5)
    middle = Place(x=0.4, y=0, width=0.5, height=0.5)

    assert len(set_over([said("One.", place=left), said("Two.", place=right)])) == 2
    with pytest.raises(PlaceProblem, match=r"texts\[2\]\.place: It overlaps the place of texts\[0\]") as caught:
        set_over([said("One.", place=left), said("Two."), said("Three.", place=middle)])
    assert caught.value.index == 2


def test_place_by_hand_that_is_too_small_for_its_text_is_refused() -> None:
    place = Place(x=0.1, y=0.1, width=0.1, height=0.1)

    assert len(set_over([said("Yes.", place=place)])) == 1
    with pytest.raises(PlaceProblem, match="It is too small for its text in the smallest legible size"):
        set_over([said(sample("en", 300), place=place)])


def test_place_by_hand_that_leaves_no_room_for_others_is_refused() -> None:
    all_of_it = Place(x=0, y=0, width=1, height=1)

    with pytest.raises(PlaceProblem, match="It leaves no room") as caught:
        set_over([said("First."), said("By hand.", place=all_of_it)])
    assert caught.value.index == 1


def test_text_beside_places_by_hand_covers_a_face_only_if_no_other_room_is_left() -> None:
    upper = Place(x=0, y=0, width=1, height=2 / 3)
    picture = Picture(1.0, None, (face("bottom-left"), face("bottom")))

    _, beside = set_over([said("By hand.", place=upper), said("Here?")], picture)
    _, over = set_over(
        [said("By hand.", place=upper), said("Here?")], Picture(1.0, None, (*picture.faces, face("bottom-right")))
    )

    assert beside.place.x > 2 / 3
    assert over.place.y > 2 / 3


def test_panel_without_texts_has_no_lettering() -> None:
    assert set_over([]) == ()


def test_text_without_letters_has_a_place_but_no_lines() -> None:
    (text,) = set_over([said(" \n")])

    assert text.lines == ()
    assert text.place.width > 0


@pytest.mark.parametrize("calm", ["", "0" * 10, "x" * 576])
def test_invalid_calm_map_counts_as_none(calm: str) -> None:
    wanted = [said("Who is there?")]

    assert set_over(wanted, Picture(1.0, calm)) == set_over(wanted, Picture(1.0))


def test_language_is_told_by_the_letters_where_it_is_unknown() -> None:
    (japanese,) = set_over([said(SAMPLES["ja"])], language=None)

    assert japanese == set_over([said(SAMPLES["ja"])], language="ja")[0]
