"""Time of day, weather and period, by the words that show them."""

import re
from typing import Literal

type Daytime = Literal["dawn", "day", "dusk", "night"]
type Weather = Literal["clear", "rain", "snow", "storm", "fog", "wind"]

DAYTIMES: dict[Daytime, str] = {
    "night": "night midnight moon moonlight moonlit stars starlight starry dark darkness nightfall bedtime asleep 夜 noche nuit "
    "nacht ночь ночью לילה ليل الليل νύχτα",
    "dusk": "dusk sunset evening twilight golden-hour 夕方 夕焼け atardecer tarde soir abend вечер ערב مساء المساء",
    "dawn": "dawn sunrise daybreak early-morning first-light 朝 amanecer aube morgen рассвет утро שחר فجر",
    "day": "morning noon afternoon midday daylight sunny sun sunlight lunch 昼 día jour tag день יום نهار",
}

WEATHERS: dict[Weather, str] = {
    "storm": "storm thunder lightning thunderstorm hurricane tempest gale 嵐 雷 tormenta orage sturm гроза буря סערה عاصفة",
    "rain": "rain raining rained rainy drizzle umbrella puddle puddles downpour 雨 lluvia pluie regen дождь גשם مطر المطر βροχή",
    "snow": "snow snowing snowed snowflakes snowy blizzard frost ice icy 雪 nieve neige schnee снег שלג ثلج الثلج χιόνι",
    "fog": "fog foggy mist misty haze 霧 niebla brouillard nebel туман ערפל ضباب",
    "wind": "wind windy breeze gust 風 viento vent ветер רוח ريح",
}

PERIODS: dict[str, str] = {
    "The far future": "spaceship starship android robot robots galaxy hologram space-station planet mars orbit cyber asteroid "
    "宇宙船 ロボット робот רובוט روبوت",
    "Medieval times": "castle knight sword king queen kingdom wizard dragon throne prince princess armour 城 騎士 рыцарь",
    "Feudal Japan": "samurai ninja shogun katana ronin 侍 忍者",
    "Ancient times": "pharaoh pyramid gladiator legion emperor ancient scroll",
    "The nineteenth century": "steam-engine carriage telegraph gaslight lantern-keeper whaler governess",
}


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
