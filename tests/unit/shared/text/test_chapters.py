"""A long story is cut into chapters at the ends of its paragraphs."""

import pytest

from shared.text.chapters import cut_into_chapters
from shared.text.words import count_words

MAX_WORDS, MAX_CHARACTERS = 500, 6000


def sentence(words: int) -> str:
    return " ".join(["word"] * words) + "."


def cut(story: str) -> list[int]:
    """Cut the story; return the words of each chapter. Nothing is lost."""
    chapters = cut_into_chapters(story, MAX_WORDS, MAX_CHARACTERS)
    assert "".join("".join(chapters).split()) == "".join(story.split())
    assert all(chapter == chapter.strip() and len(chapter) <= MAX_CHARACTERS for chapter in chapters)
    return [count_words(chapter) for chapter in chapters]


def test_story_that_fits_is_one_chapter() -> None:
    assert cut(sentence(500)) == [500]


def test_chapters_end_where_paragraphs_end() -> None:
    assert cut("\n\n".join([sentence(300), sentence(150), sentence(400)])) == [450, 400]


def test_there_are_as_few_chapters_as_possible_and_the_longest_is_short() -> None:
    assert cut("\n\n".join([sentence(100)] * 11)) == [400, 400, 300]


@pytest.mark.parametrize("end", ["\n", " "])
def test_paragraph_that_is_too_long_is_cut_at_lines_or_sentences(end: str) -> None:
    assert cut(end.join([sentence(90)] * 20)) == [450] * 4


def test_sentence_that_is_too_long_is_cut_between_words() -> None:
    assert cut(sentence(1200)) == [400, 400, 400]


@pytest.mark.parametrize(("story", "words"), [("漢" * 3000, [500] * 3), ("漢字。" * 900, [450, 450])])
def test_script_without_spaces_is_cut_too(story: str, words: list[int]) -> None:
    assert cut(story) == words


def test_chapter_has_no_more_characters_than_a_story_may_have() -> None:
    long_words = "\n\n".join([" ".join(["w" * 50] * 60)] * 4)

    assert len(cut(long_words)) == 4


def test_chapters_of_the_longest_text_are_at_most_so_long() -> None:
    assert cut("\n\n".join([sentence(499)] * 6)) == [499] * 6
