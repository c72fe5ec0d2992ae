"""Kinds of place, the words that show them, and how a scene there is named."""

import re

from pydantic import TypeAdapter

from tools.gemini_emulator.story.lexicon.tables import load_table, words_pattern

type PlaceKind = str


_TABLES = load_table("places", TypeAdapter(dict[str, dict[PlaceKind, str]]))
# How a scene at a place is named: `in the forest`.
PHRASES = _TABLES["phrases"]
_PATTERNS = {kind: words_pattern(words, "(?:s|es)?") for kind, words in _TABLES["words"].items()}

INDOORS = frozenset({"room", "kitchen", "school", "spaceship", "castle", "cafe", "train", "library"})

# Words that name a thing in a place more often than the place itself: they count, but less.
_WEAK = """
door window bed lamp trees wood stars planet well sail bench tools class square bridge bar tower deck ship wings sky
clouds stairs hill coffee desk sink pod hull keep home teacher shop sand platform field boat waves tide stream island
"""
WEAK_WORDS = frozenset(_WEAK.split())
WEAK_WEIGHT = 0.4
# Phrases in which the word for a place names something else.
NO_PLACES = re.compile(
    r"\b(?:school (?:uniform|dog|bag|friend|lunch)|sea captain|space ?suit|train ticket|street lamp|took the train)\b",
    re.IGNORECASE,
)


def count_places(text: str) -> dict[PlaceKind, float]:
    """Return how strongly a text speaks of each kind of place that it mentions."""
    text = NO_PLACES.sub(" ", text)
    found: list[tuple[re.Match[str], PlaceKind]] = [
        (match, kind) for kind, pattern in _PATTERNS.items() for match in pattern.finditer(text)
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
    """Return the kind of place a text is clearly about: it names more than a door or a window."""
    weights = count_places(text)
    return find_place(text) if max(weights.values(), default=0.0) >= 1.0 else None


def find_place(text: str) -> PlaceKind | None:
    """Return the kind of place that a text speaks of most, if any."""
    weights = count_places(text)
    if not weights:
        return None
    # of two that are named equally often, the later one
    return max(weights, key=lambda kind: (weights[kind], _last_place(kind, text)))


def _last_place(kind: PlaceKind, text: str) -> int:
    return max((match.start() for match in _PATTERNS[kind].finditer(text)), default=-1)


def first_word_of(kind: PlaceKind, text: str) -> str | None:
    """Return the word of the text that shows the place, as written there."""
    match = _PATTERNS[kind].search(text)
    return match[0] if match else None
