"""Time of day, weather and period, by the words that show them."""

import re
from typing import Literal

from pydantic import TypeAdapter

from tools.gemini_emulator.story.lexicon.tables import load_table, load_words

type Daytime = Literal["dawn", "day", "dusk", "night"]
type Weather = Literal["clear", "rain", "snow", "storm", "fog", "wind"]

DAYTIMES = load_table("daytimes", TypeAdapter(dict[Daytime, str]))
WEATHERS = load_table("weathers", TypeAdapter(dict[Weather, str]))
PERIODS = load_words("periods")


def count_words(words: str, text: str) -> int:
    """Return how often any of the words (parted by spaces, `-` for a space) is in the text."""
    spaced = [word for word in words.split() if word[0] <= "\u3000"]
    unspaced = [word for word in words.split() if word[0] > "\u3000"]
    alternatives = "|".join(re.escape(word).replace(r"\-", "[ -]") for word in spaced)
    found = len(re.findall(rf"(?<!\w)(?:{alternatives})(?!\w)", text, re.IGNORECASE))
    return found + sum(text.count(word) for word in unspaced)


def _most[Name: str](table: dict[Name, str], text: str) -> Name | None:
    counts = {name: count_words(words, text) for name, words in table.items()}
    best = max(counts, key=lambda name: counts[name])
    return best if counts[best] else None


def find_daytime(text: str) -> Daytime | None:
    """Return the time of day a text speaks of."""
    return _most(DAYTIMES, text)


def find_weather(text: str) -> Weather | None:
    """Return the weather a text speaks of."""
    return _most(WEATHERS, text)


def find_period(text: str) -> str | None:
    """Return the period a text plays in, if its words show one."""
    return _most(PERIODS, text)
