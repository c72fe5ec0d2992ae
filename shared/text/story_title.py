"""A title for a story that got none from the model. Pure."""

import re

from shared.text.clean import one_line, shorten

MAX_LENGTH = 40
# Full stops, question and exclamation marks: of Latin scripts before a space or a quote, of Asian ones anywhere.
_END_OF_SENTENCE = re.compile("[.!?\u2026]+(?=\\W|$)|[\u0964\u104b\u17d4\u3002\uff01\uff1f\uff61]+")
_QUOTES = " \"'\u2018\u2019\u201c\u201d\u201e\u00ab\u00bb\u300c\u300d\u300e\u300f"


def title_of(story: str) -> str:
    """Return the first sentence of the story, cut after a word if it is too long."""
    text = one_line(story)
    sentences = (sentence.strip(_QUOTES) for sentence in _END_OF_SENTENCE.split(text))
    return shorten(next(filter(None, sentences), text), MAX_LENGTH)
