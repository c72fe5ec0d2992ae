"""Language tags: which ones are accepted, and their case."""

import re

import pytest

from shared.models.story import StoryAnalysis
from shared.text.language import TAG_PATTERN, language_tag
from tests.support.fakes.stories import analysis


@pytest.mark.parametrize(
    ("written", "tag"),
    [
        ("en", "en"),
        (" DE ", "de"),
        ("pt-br", "pt-BR"),
        ("ZH-HANT-tw", "zh-Hant-TW"),
        ("zh-yue-hk", "zh-yue-HK"),
        ("es-419", "es-419"),
        ("sl-ROZAJ-biske", "sl-rozaj-biske"),
        ("de-CH-1901", "de-CH-1901"),
        ("en-u-CA-gregory", "en-u-ca-gregory"),
        ("fil-x-Home", "fil-x-home"),
    ],
)
def test_tag_is_written_in_its_usual_case(written: str, tag: str) -> None:
    assert language_tag(written) == tag
    assert language_tag(tag) == tag
    assert re.search(TAG_PATTERN, written)


@pytest.mark.parametrize(
    "written",
    [
        *("", "e", "English", "japanese", "en_US", "en--US", "en-", "-en", "en-US-", "en US", "ja, en"),
        *("und", "und-Latn", "x-home", "en-x", "en-u", "en-x-" + "a" * 40),
        *("ja\u0130", "\uff45\uff4e", "en-\u0661\u0662\u0663"),
        *(None, 7, ["en"]),
    ],
)
def test_anything_else_names_no_language(written: object) -> None:
    assert language_tag(written) is None


def test_analysis_from_before_the_language_was_asked_is_read() -> None:
    stored = analysis("Mira").model_dump(by_alias=True, exclude_none=True)

    assert "language" not in stored
    assert StoryAnalysis.model_validate(stored).language is None


def test_stored_value_that_names_no_language_is_dropped() -> None:
    stored = {**analysis("Mira").model_dump(by_alias=True), "language": "the language of birds"}

    assert StoryAnalysis.model_validate(stored).language is None
