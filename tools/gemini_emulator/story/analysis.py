"""What a story is about: its title, its characters, where and when it is set, and its language."""

import re
from collections import Counter

from pydantic import JsonValue

from tools.gemini_emulator.story.appearance import describe_appearance, epithets_of, species_of
from tools.gemini_emulator.story.chapters import FIRST_CHAPTER, Before, cast_of_chapter, summary_of
from tools.gemini_emulator.story.language import language_of
from tools.gemini_emulator.story.lexicon.moods import MOOD_PHRASES, Feeling, weigh_feelings
from tools.gemini_emulator.story.lexicon.people import SAID, TITLE_THINGS
from tools.gemini_emulator.story.lexicon.places import PHRASES, PlaceKind, count_places, find_place, first_word_of
from tools.gemini_emulator.story.lexicon.times import (
    WEATHER_PHRASES,
    count_words,
    find_daytime,
    find_period,
    find_weather,
)
from tools.gemini_emulator.story.people import Person, mentions_in, people_of
from tools.gemini_emulator.story.seeds import choice
from tools.gemini_emulator.story.stand_ins import in_language
from tools.gemini_emulator.story.text import Sentence, sentences_of

MAX_TITLE_WORDS = 8

TRAITS: dict[str, str] = {
    "curious": "asked asks wondered peered curious searched studied looked examined why",
    "brave": "climbed jumped ran leapt dashed brave bravely faced fought dived rescued",
    "gentle": "whispered softly gently smiled kind held helped careful carefully",
    "playful": "laughed giggled joked grinned chuckled danced winked",
    "hot-tempered": "shouted yelled snapped growled scowled stomped slammed",
    "shy": "blushed mumbled murmured stammered hid shy nervous",
    "wise": "explained nodded remembered old wise slowly told",
    "stubborn": "refused insisted never stubborn again must",
    "loyal": "followed waited together stayed beside friend promise promised",
}
FALLBACK_TRAITS = ("warm-hearted", "dreamy", "practical", "patient", "quick-witted", "cheerful", "thoughtful")
ANTAGONISTS = "villain thief enemy monster rival bully pirate"
DAYTIMES = {"dawn": "at dawn", "day": "by day", "dusk": "towards evening", "night": "at night"}


def analyse(
    story: str, style: str, before: Before = FIRST_CHAPTER, language: str | None = None
) -> dict[str, JsonValue]:
    """Return a story's analysis: title (in the `language`), characters (1-4), setting, its language and summary."""
    people = people_of(story)
    sentences = sentences_of(story)
    described: list[dict[str, JsonValue]] = [
        {
            "name": person.name,
            "physicalDescription": describe_appearance(person, story, sentences, people),
            "personality": _personality(person, sentences, people),
            "role": _role(person, index, story),
        }
        for index, person in enumerate(people)
    ]
    title = title_of(story, people)
    characters = cast_of_chapter(before.characters, people, described, story) if before.characters else described
    return {
        "title": title if language is None else in_language(title, language, language_of(story)),
        "characters": list[JsonValue](characters),
        "setting": before.setting_of(story)
        or {"timePeriod": _time_period(story), "location": _location(story), "mood": _mood(story)},
        "language": language_of(story),
        "summary": summary_of(story, before.summary),
        "style": style,
    }


def title_of(story: str, people: list[Person]) -> str:
    """Return the heading of the story, or a title made of its hero and its main thing or place."""
    first_line, _, rest = story.strip().partition("\n")
    heading = first_line.strip("#*_ \t").removeprefix("Title:").strip()
    is_short = 0 < len(heading.split()) <= MAX_TITLE_WORDS
    if rest.strip() and is_short and heading[-1] not in '.!?…。\uff0c,:;"”»」':
        return heading
    hero = people[0].name
    if not hero.isascii():
        return hero if len(hero) > 1 else f"{hero}…"
    thing = _main_thing(story, hero)
    if hero == "The Narrator":
        return f"The {thing.title()}" if thing else "A Story of My Own"
    if thing is None:
        return f"The Story of {hero[0].lower()}{hero[1:]}" if hero.startswith("The ") else f"{hero}'s Story"
    return f"{hero} and the {thing.title()}"


def _main_thing(story: str, hero: str) -> str | None:
    words = Counter(re.findall(r"[a-z]+", story.lower()))
    counts = {thing: words[thing] + words[f"{thing}s"] for thing in TITLE_THINGS if thing not in hero.lower()}
    best = max(counts, key=lambda thing: counts[thing])
    if counts[best]:
        return best
    place = find_place(story)
    word = first_word_of(place, story) if place else None
    return word.lower() if word and word.isascii() and word.lower() not in hero.lower() else None


def _personality(person: Person, sentences: list[Sentence], people: list[Person]) -> str:
    about = " ".join(sentence.text for sentence in sentences if _is_about(sentence.text, person, people))
    weights = {trait: count_words(words, about) for trait, words in TRAITS.items()}
    shown = [trait for trait in sorted(weights, key=lambda trait: -weights[trait]) if weights[trait]][:2]
    while len(shown) < 2:  # noqa: PLR2004 - two traits make a person
        extra = choice(FALLBACK_TRAITS, person.name, len(shown))
        shown.append(extra if extra not in shown else "easy-going")
    return f"{shown[0].capitalize()} and {shown[1]}"


def _is_about(text: str, person: Person, people: list[Person]) -> bool:
    return any(mention.person.name == person.name for mention in mentions_in(text, people))


def _role(person: Person, index: int, story: str) -> str:
    epithet = epithets_of(person, story).split(",")[0].strip()
    if index == 0:
        return "Protagonist"
    if count_words(ANTAGONISTS, epithet):
        return "Antagonist"
    if species_of(person, epithet) not in {"human", "robot"}:
        return "Animal companion"
    speaks = any(f"{person.name} {verb}" in story or f"{verb} {person.name}" in story for verb in SAID)
    return "Companion" if index == 1 or speaks else "Supporting character"


def _time_period(story: str) -> str:
    period = find_period(story) or "Present day"
    details = DAYTIMES.get(find_daytime(story) or ""), WEATHER_PHRASES.get(find_weather(story) or "")
    return ", ".join(part for part in (period, *details) if part)


def _location(story: str) -> str:
    weights = count_places(story)
    kinds = sorted(weights, key=lambda kind: -weights[kind])[:2]
    return " and ".join(_named_place(kind, story) for kind in kinds).capitalize() or "An ordinary town"


def _named_place(kind: PlaceKind, story: str) -> str:
    phrase, word = PHRASES[kind].split(" ", 1)[1], first_word_of(kind, story) or ""
    return phrase if not word.isascii() or word.lower() in phrase else f"{phrase} ({word.lower()})"


def _mood(story: str) -> str:
    weights = weigh_feelings(story)
    # every story has quiet words: they decide only if there are many
    weights["calm"] = weights["calm"] // 2
    best: Feeling = max(weights, key=lambda feeling: weights[feeling])
    return MOOD_PHRASES[best if weights[best] else "calm"][1].capitalize()
