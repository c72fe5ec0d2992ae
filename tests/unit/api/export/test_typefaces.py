"""Text in any script: which font has its letters."""

from pathlib import Path
from typing import cast

import PIL.ImageFont
import pytest
from fontTools.ttLib import TTFont

from api.export.comic.lettering import text_image
from api.export.comic.typefaces import display_typefaces, set_text, set_title

ROOT = Path(__file__).parents[4]


def names(text: str) -> list[str]:
    return [run.typeface.name for run in set_text(text)]


def test_every_font_is_installed() -> None:
    assert all(typeface.path.is_file() and typeface.letters for typeface in display_typefaces())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The Lamp – Ночь, Ünïcödé, Ελλάδα", ["NotoSans"]),
        ("夜の灯台", ["NotoSansCJK"]),
        ("한국 이야기", ["NotoSansCJK"]),
        ("שלום עולם!", ["NotoSansHebrew", "NotoSans"]),
        ("مرحبا بالعالم", ["NotoSansArabic"]),
        ("हिन्दी कहानी", ["NotoSansDevanagari"]),
        ("A lamp 💡", ["NotoSans", "NotoEmoji"]),
        ("Mira と Tom", ["NotoSans", "NotoSansCJK", "NotoSans"]),
    ],
)
def test_letters_are_set_in_a_font_that_has_them(text: str, expected: list[str]) -> None:
    assert names(text) == expected
    assert "".join(run.text for run in set_text(text)) == text


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("The Lamp – Łódź, Việt Nam: „Straße“!", ["Bangers"]),
        ("Mira と Tom", ["Bangers", "NotoSansCJK", "Bangers"]),
        ("Ночь", ["NotoSans"]),
        ("مرحبا", ["NotoSansArabic"]),
    ],
)
def test_titles_are_set_in_the_display_font_where_it_has_the_letters(title: str, expected: list[str]) -> None:
    assert [run.typeface.name for run in set_title(title)] == expected


def test_display_font_has_all_letters_of_the_published_font() -> None:
    """The page has its Latin letters, and the exports those of all three files."""
    published: set[int] = set()
    for path in (ROOT / "node_modules/@fontsource/bangers/files").glob("*.woff"):
        with TTFont(path) as font:
            published |= set(cast("dict[int, str]", font.getBestCmap()))

    assert display_typefaces()[0].letters == published


@pytest.mark.parametrize("text", ["", "  \n", "\x00\x1b\u202e", "\U0010fffd\ud800"])
def test_text_without_a_drawable_letter_has_no_runs(text: str) -> None:
    assert set_text(text) == ()
    assert text_image(text, 20) is None


def test_letter_that_no_font_has_is_left_out() -> None:
    assert "".join(run.text for run in set_text("a\U00012000b")) == "ab"


@pytest.mark.parametrize("text", ["Mira שלום", "مرحبا", "हिन्दी"])
def test_scripts_that_need_shaping_need_no_library_of_the_system(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object, **_options: object) -> None:
        pytest.fail("Pillow shapes text only where FriBidi is installed")

    monkeypatch.setattr(PIL.ImageFont, "truetype", refuse)
    image = text_image(text, 40)

    assert image is not None
    assert image.getextrema() == (0, 255)
