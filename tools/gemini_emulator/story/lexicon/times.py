"""Time of day, weather and period, by the words that show them."""

from typing import Literal

from pydantic import TypeAdapter

from tools.gemini_emulator.story.lexicon.tables import load_table, load_words, words_pattern

type Daytime = Literal["dawn", "day", "dusk", "night"]
type Weather = Literal["clear", "rain", "snow", "storm", "fog", "wind"]

DAYTIMES = load_table("daytimes", TypeAdapter(dict[Daytime, str]))
WEATHERS = load_table("weathers", TypeAdapter(dict[Weather, str]))
PERIODS = load_words("periods")
WEATHER_PHRASES = {
    "rain": "in the rain",
    "snow": "in the snow",
    "storm": "in a storm",
    "fog": "in the fog",
    "wind": "in the wind",
}


def count_words(words: str, text: str) -> int:
    return len(words_pattern(words).findall(text))


def _most[Name: str](table: dict[Name, str], text: str) -> Name | None:
    counts = {name: count_words(words, text) for name, words in table.items()}
    best = max(counts, key=lambda name: counts[name])
    return best if counts[best] else None


def find_daytime(text: str) -> Daytime | None:
    return _most(DAYTIMES, text)


def find_weather(text: str) -> Weather | None:
    return _most(WEATHERS, text)


def find_period(text: str) -> str | None:
    return _most(PERIODS, text)
