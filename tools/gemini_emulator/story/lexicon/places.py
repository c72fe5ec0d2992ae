"""Kinds of place, the words that show them, and how a scene there is named."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

from pydantic import BaseModel, TypeAdapter

from tools.gemini_emulator.story.lexicon.tables import load_table

type PlaceKind = Literal[
    "forest", "city", "sea", "boat", "room", "kitchen", "school", "space", "spaceship", "mountain", "desert", "village",
    "castle", "cafe", "train", "park", "cave", "library", "lab", "river", "field", "rooftop", "workshop", "stage",
    "temple", "sky", "underwater", "hill", "lighthouse", "market", "office", "hospital",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """A kind of place: how it is called in a sentence, and the words (lower case) that show it."""

    kind: PlaceKind
    phrase: str
    words: str


class _PlaceWords(BaseModel):
    phrase: str
    words: str


_TABLE = load_table("places", TypeAdapter(dict[PlaceKind, _PlaceWords]))
PLACES = tuple(Place(kind, entry.phrase, entry.words) for kind, entry in _TABLE.items())

BY_KIND = {place.kind: place for place in PLACES}

INDOORS: frozenset[PlaceKind] = frozenset(
    {"room", "kitchen", "school", "spaceship", "castle", "cafe", "train", "cave", "library", "lab", "workshop", "stage",
     "office", "hospital"}
)  # fmt: skip

# Words that name a thing in a place more often than the place itself: they count, but less.
WEAK_WORDS: frozenset[str] = frozenset(
    {
        *(
            "door",
            "window",
            "bed",
            "lamp",
            "trees",
            "wood",
            "stars",
            "planet",
            "well",
            "sail",
            "bench",
            "tools",
            "class",
        ),
        *("square", "bridge", "bar", "tower", "deck", "ship", "wings", "sky", "clouds", "stairs", "hill", "coffee"),
        *("desk", "sink", "pod", "hull", "keep", "home", "teacher", "shop", "sand", "stage", "platform", "field"),
        *("boat", "waves", "tide", "stream", "island"),
    }
)


WEAK_WEIGHT = 0.4
# Words of a place that name something else.
NO_PLACES = re.compile(
    r"\b(?:school (?:uniform|dog|bag|friend|lunch)|sea captain|space ?suit|train ticket|street lamp|took the train)\b",
    re.IGNORECASE,
)


@cache
def _pattern(place: Place) -> re.Pattern[str]:
    words = "|".join(re.escape(word).replace(r"\-", "[ -]") for word in place.words.split())
    return re.compile(rf"(?<![^\W\d_])(?:{words})(?:s|es)?(?![^\W\d_])|{_unspaced(place)}", re.IGNORECASE)


def _unspaced(place: Place) -> str:
    """Words of scripts that are written without spaces match anywhere."""
    words = [word for word in place.words.split() if word[0] > "\u3000"]
    return "|".join(words) if words else r"(?!)"


def count_places(text: str) -> dict[PlaceKind, float]:
    """Return how strongly a text speaks of each kind of place; kinds that are not there are left out."""
    text = NO_PLACES.sub(" ", text)
    found: list[tuple[re.Match[str], PlaceKind]] = [
        (match, place.kind) for place in PLACES for match in _pattern(place).finditer(text)
    ]
    weights: dict[PlaceKind, float] = {}
    for match, kind in found:
        # the `room` of an `engine room` is not a room
        if not any(_lies_within(match, other) for other, _ in found):
            weight = WEAK_WEIGHT if match[0].lower() in WEAK_WORDS else 1.0
            weights[kind] = weights.get(kind, 0.0) + weight
    return weights


def _lies_within(match: re.Match[str], other: re.Match[str]) -> bool:
    longer = len(other[0]) > len(match[0])
    return longer and other.start() <= match.start() and match.end() <= other.end()


def find_strong_place(text: str) -> PlaceKind | None:
    """Return the kind of place a text is clearly about: more than a door or a window is named."""
    weights = count_places(text)
    return find_place(text) if max(weights.values(), default=0.0) >= 1.0 else None


def find_place(text: str) -> PlaceKind | None:
    """Return the kind of place that a text speaks of most, if any."""
    weights = count_places(text)
    if not weights:
        return None
    # of two that are named as often, the one the text goes on to
    return max(weights, key=lambda kind: (weights[kind], _last_place(kind, text)))


def _last_place(kind: PlaceKind, text: str) -> int:
    return max((match.start() for match in _pattern(BY_KIND[kind]).finditer(text)), default=-1)


def first_word_of(kind: PlaceKind, text: str) -> str | None:
    """Return the word of the text that shows the place, as it is written there."""
    match = _pattern(BY_KIND[kind]).search(text)
    return match[0] if match else None
