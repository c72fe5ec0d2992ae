"""The title of a story that has none."""

import pytest

from shared.text.story_title import MAX_LENGTH, title_of


@pytest.mark.parametrize(
    ("story", "title"),
    [
        ("Mira walked along the harbour. Then she ran.", "Mira walked along the harbour"),
        ("“Help!” she cried.", "Help"),
        ("Pi is 3.14 here. So.", "Pi is 3.14 here"),
        ("吾輩は猫である。名前はまだ無い。", "吾輩は猫である"),
        ("एक राजा था। वह दुखी था।", "एक राजा था"),
        ("\n  One\n\nTwo  \n", "One Two"),
        ("It was a dark and stormy night and the rain fell in torrents.", "It was a dark and stormy night and…"),
        ("…", "…"),
        ("🐈", "🐈"),
    ],
)
def test_title_consists_of_the_first_words(story: str, title: str) -> None:
    assert title_of(story) == title
    assert len(title) <= MAX_LENGTH
