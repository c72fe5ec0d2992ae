"""Which typeface sets the words of a balloon."""

from pathlib import Path
from typing import cast

import pytest
from fontTools.ttLib import TTFont

from api.typesetting.fonts.harfbuzz import letters_of
from api.typesetting.fonts.typefaces import balloon_typefaces, runs_of
from api.typesetting.shaping import font_of

PUBLISHED = Path(__file__).parents[5] / "node_modules/@fontsource/comic-relief/files"


def names(text: str, language: str) -> list[str]:
    return [run.typeface.name for run in runs_of(text, balloon_typefaces(language))]


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Wake up, Grandfather! – „Wirklich?“", "en", ["ComicNeue"]),
        ("Où ça, cœur?", "fr-CA", ["ComicNeue"]),
        ("Zażółć to.", "pl", ["ComicRelief"]),
        ("Привет, Tom!", "ru", ["ComicRelief"]),
        ("Γειά σου!", "el", ["ComicRelief"]),
        ("Việt Nam ơi!", "vi", ["NotoSans"]),
        ("夜の NASA、12!?", "ja", ["NotoSansCJK"]),
        ("한국 이야기", "ko", ["NotoSansCJK"]),
        ("مرحبا Mira", "ar", ["NotoSansArabic", "ComicRelief"]),
        ("שלום!", "he", ["NotoSansHebrew", "ComicRelief"]),
        ("हिन्दी कहानी", "hi", ["NotoSansDevanagari"]),
        ("Boom 💥!", "en", ["ComicNeue", "NotoEmoji"]),
    ],
)
def test_words_are_set_in_the_typeface_for_the_language(text: str, language: str, expected: list[str]) -> None:
    found = names(text, language)

    assert [name for number, name in enumerate(found) if name not in found[:number]] == expected
    assert "".join(run.text for run in runs_of(text, balloon_typefaces(language))) == text


def test_word_with_a_letter_that_the_typeface_lacks_is_whole_in_another_one() -> None:
    runs = runs_of("In Łódź, yes", balloon_typefaces("en"))

    assert [(run.typeface.name, run.text) for run in runs] == [
        ("ComicNeue", "In "),
        ("ComicRelief", "Łódź, "),
        ("ComicNeue", "yes"),
    ]


@pytest.mark.parametrize("text", ["e\u0301 \U0001f468\u200d\U0001f469\u200d\U0001f467", "\u2764\ufe0f"])
def test_marks_and_joiners_stay_with_their_letter(text: str) -> None:
    for run in runs_of(text, balloon_typefaces("en")):
        assert run.text[0] not in "\u0301\u200d\ufe0f"


def test_letter_that_no_typeface_has_is_left_out() -> None:
    assert "".join(run.text for run in runs_of("a\U00012000b \U00012000", balloon_typefaces("en"))) == "ab "


def test_every_typeface_can_be_opened_in_regular_and_bold() -> None:
    for typeface in balloon_typefaces("en"):
        assert font_of(typeface, is_bold=False).units > 0
        assert font_of(typeface, is_bold=True) is not font_of(typeface, is_bold=False)


@pytest.mark.parametrize(
    "alphabet",
    [
        "äöüßÄÖÜ„“‚‘",  # German
        "àâæçéèêëîïôœùûüÿ«»’",  # French
        "áéíñóúü¿¡ºª",  # Spanish
        "ãõâêôáéíóúàç",  # Portuguese
        "æøåðþýö",  # the north of Europe
        "àèéìòù·ïç",  # Italian and Catalan
        "-–—…!?*#%&@€£™",
    ],
)
@pytest.mark.parametrize("is_bold", [False, True])
def test_comic_neue_has_the_letters_of_its_languages(alphabet: str, *, is_bold: bool) -> None:
    typeface = balloon_typefaces("en")[0]
    path = typeface.bold_path if is_bold else typeface.path

    assert path is not None
    assert {ord(letter) for letter in alphabet} <= letters_of(path)


@pytest.mark.parametrize(("weight", "is_bold"), [(400, False), (700, True)])
def test_comic_relief_has_all_letters_of_the_published_font(weight: int, *, is_bold: bool) -> None:
    """It is merged of the files for Latin, extended Latin, Greek and Cyrillic."""
    published: set[int] = set()
    for source in PUBLISHED.glob(f"*-{weight}-normal.woff"):
        with TTFont(source) as font:
            published |= set(cast("dict[int, str]", font.getBestCmap()))

    typeface = balloon_typefaces("pl")[0]
    path = typeface.bold_path if is_bold else typeface.path
    assert path is not None
    assert letters_of(path) == published
