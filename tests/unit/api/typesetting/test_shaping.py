"""Lines as glyphs: joined, ordered, upright or turned, and as long as they are measured."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from api.typesetting.fonts.typefaces import balloon_typefaces
from api.typesetting.shaping import Line, baseline, font_of, measure, reach, shape, simple_runs

TEXTS = [
    ("Wake up, Grandfather!", "en", False),
    ("Zażółć gęślą jaźń", "pl", False),
    ("مرحبا بالعالم، Mira 12", "ar", False),
    ("हिन्दी कहानी", "hi", False),
    ("สวัสดีชาวโลก", "th", False),
    ("「ラー、っ。…」NASA 12 3!?", "ja", True),
    ("💥👨‍👩‍👧!", "en", False),
]


def row(text: str, language: str) -> Line:
    return shape(text, language, is_vertical=False, is_bold=False)


def column(text: str) -> Line:
    return shape(text, "ja", is_vertical=True, is_bold=False)


def numbers(line: Line) -> list[int]:
    return [glyph.number for glyph in line.glyphs]


def test_width_is_the_sum_of_the_advances() -> None:
    font = font_of(balloon_typefaces("en")[0], is_bold=False)
    advances = [glyph.advance for glyph in font.shape("Wake up!", "ltr", "en")]

    assert measure("Wake up!", "en", 20, is_vertical=False, is_bold=False) == pytest.approx(20 * sum(advances))


def test_bold_letters_are_measured_as_bold() -> None:
    bold = font_of(balloon_typefaces("en")[0], is_bold=True)
    advances = [glyph.advance for glyph in bold.shape("BOOM", "ltr", "en")]

    assert measure("BOOM", "en", 1, is_vertical=False, is_bold=True) == pytest.approx(sum(advances))
    assert measure("BOOM", "en", 1, is_vertical=False, is_bold=False) != pytest.approx(sum(advances))


@pytest.mark.parametrize(("text", "language", "is_vertical"), TEXTS)
@pytest.mark.parametrize("is_bold", [False, True])
def test_ink_is_within_the_length_and_the_reach(text: str, language: str, *, is_vertical: bool, is_bold: bool) -> None:
    line = shape(text, language, is_vertical=is_vertical, is_bold=is_bold)
    before, after = reach(text, language, is_vertical=is_vertical, is_bold=is_bold)

    assert 0.2 < before < 1
    assert 0.2 < after < 1
    for glyph in line.glyphs:
        along = glyph.y if is_vertical else glyph.x
        assert -0.6 < along < line.length + 0.95


def test_arabic_letters_are_joined() -> None:
    alone = {number for letter in "حمل" for number in numbers(row(letter, "ar"))}

    assert not set(numbers(row("حمل", "ar"))) & alone


def test_arabic_is_ordered_from_right_to_left() -> None:
    """The word that is read first is the last one from the left, and figures keep their order."""
    words = row("مرحبا 12 حب", "ar")
    first = row("مرحبا", "ar")

    assert numbers(words)[-len(first.glyphs) :] == numbers(first)
    relief = font_of(balloon_typefaces("ar")[0], is_bold=False)
    figures = [glyph.number for glyph in relief.shape("12", "ltr", "ar")]
    assert [glyph.number for glyph in words.glyphs if glyph.font is relief and glyph.number in figures] == figures


def test_brackets_are_mirrored_in_right_to_left_text() -> None:
    opening, closing = numbers(row("(", "ru"))[0], numbers(row(")", "ru"))[0]

    assert [numbers(row("(אב)", "he"))[at] for at in (0, -1)] == [opening, closing]


def test_line_begins_in_the_direction_of_the_language() -> None:
    """The mark at the end of a foreign sentence is on its left, as in a paragraph of the language."""
    assert row("Tom!", "he").glyphs[0].number == row("!", "he").glyphs[0].number
    assert row("Tom!", "ru").glyphs[-1].number == row("!", "ru").glyphs[0].number


@pytest.mark.parametrize("mark", "「」、。ー…（）〜：ぁっょッ")
def test_marks_and_small_kana_have_forms_for_columns(mark: str) -> None:
    assert numbers(column(mark)) != numbers(row(mark, "ja"))


def test_column_runs_downwards_around_its_middle() -> None:
    line = column("夜の灯台")

    assert line.length == pytest.approx(4)
    assert [glyph.x for glyph in line.glyphs] == [-0.5] * 4
    assert [glyph.y for glyph in line.glyphs] == pytest.approx([0.88, 1.88, 2.88, 3.88])


@pytest.mark.parametrize("words", ["NASA", "New York", "2026", "Ночь"])
def test_foreign_words_and_numbers_are_turned_in_a_column(words: str) -> None:
    line = column(f"夜{words}夜")

    assert [glyph.is_turned for glyph in line.glyphs] == [False, *[True] * len(words), False]
    assert line.length == pytest.approx(2 + row(words, "ja").length)


@pytest.mark.parametrize("marks", ["7", "12", "!?", "!!", "A"])
def test_one_or_two_figures_or_marks_stand_upright_in_one_square(marks: str) -> None:
    line = column(f"夜{marks}夜")

    assert not any(glyph.is_turned for glyph in line.glyphs)
    assert line.length == pytest.approx(3)
    assert all(-0.55 < glyph.x < 0.5 for glyph in line.glyphs)


def test_figures_before_a_mark_stand_upright_each_in_their_square() -> None:
    assert column("12!?").length == pytest.approx(2)


@pytest.mark.parametrize("is_vertical", [False, True])
@pytest.mark.parametrize("text", ["", "\U00012000", "\U0010ffff\ufdd0", "\u200d", "\u0301"])
def test_text_without_letters_of_any_font_takes_hardly_any_room(text: str, *, is_vertical: bool) -> None:
    assert shape(text, "ja", is_vertical=is_vertical, is_bold=True).length <= 1
    assert shape("", "ja", is_vertical=is_vertical, is_bold=True).glyphs == ()


def test_letters_that_no_font_has_do_not_move_the_others() -> None:
    assert row("a\U00012000b", "en") == row("ab", "en")


@pytest.mark.parametrize(
    ("text", "language", "is_simple"),
    [
        ("Hello – Ночь", "en", True),
        ("「夜」", "ja", True),
        ("مرحبا", "ar", False),
        ("Tom", "he", False),
        ("Tom שלום", "en", False),
        ("हिन्दी", "hi", False),
    ],
)
def test_simple_lines_are_seen_as_they_are_written(text: str, language: str, *, is_simple: bool) -> None:
    assert "".join(run.text for run in simple_runs(text, language)) == (text if is_simple else "")


def test_threads_shape_at_the_same_time_what_one_shapes_alone() -> None:
    lines = [(text, language, is_vertical) for text, language, is_vertical in TEXTS for _ in range(8)]

    def shaped(line: tuple[str, str, bool]) -> list[tuple[int, float, float]]:
        text, language, is_vertical = line
        glyphs = shape.__wrapped__(text, language, is_vertical=is_vertical, is_bold=True).glyphs
        return [(glyph.number, glyph.x, glyph.y) for glyph in glyphs]

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(shaped, lines)) == [shaped(line) for line in lines]


def test_baseline_is_below_the_middle() -> None:
    assert baseline("Hi", "en") == row("Hi", "en").glyphs[0].y
    assert baseline("夜", "ja") > baseline("Hi", "en") > 0
