"""Feelings: the words that show them, and phrases that name them."""

from typing import Literal

from pydantic import TypeAdapter

from tools.gemini_emulator.story.lexicon.tables import load_table
from tools.gemini_emulator.story.lexicon.times import count_words

type Feeling = Literal[
    "happy", "sad", "angry", "afraid", "surprised", "determined", "calm", "funny", "tender", "curious"
]

FEELINGS = load_table("feelings", TypeAdapter(dict[Feeling, str]))

# How a picture feels, and how a story does.
MOOD_PHRASES: dict[Feeling, tuple[str, str]] = {
    "angry": ("tense and heated, hard shadows", "sharp and confrontational"),
    "afraid": ("ominous, deep shadows", "eerie and suspenseful"),
    "sad": ("melancholic, soft grey light", "wistful and lonely"),
    "surprised": ("startling, high contrast", "sudden astonishment"),
    "determined": ("dramatic and energetic", "urgent, full of motion"),
    "funny": ("playful and comical", "light-hearted, bouncy"),
    "happy": ("bright and joyful", "warm and uplifting"),
    "tender": ("tender and intimate, warm light", "gentle and warm"),
    "curious": ("mysterious, full of wonder", "curious and quietly exciting"),
    "calm": ("calm and quiet", "peaceful, open and still"),
}


def weigh_feelings(text: str) -> dict[Feeling, int]:
    """Return how many words of a text show each feeling."""
    return {feeling: count_words(words, text) for feeling, words in FEELINGS.items()}


def find_feeling(text: str) -> Feeling | None:
    weights = weigh_feelings(text)
    best = max(weights, key=lambda feeling: weights[feeling])
    if weights[best]:
        return best
    if text.count("!") > 1:
        return "surprised"
    return None
