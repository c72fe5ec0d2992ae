"""Short stories whose people have names of their own, so that a model call shows which generation it is for."""

import random

_CONSONANTS = "bdfgklmnprtvz"
_VOWELS = "aeiou"
_SYLLABLES = [consonant + vowel for consonant in _CONSONANTS for vowel in _VOWELS]

_BEATS = (
    "{a} walked along the harbour with {b}.",
    '"The boat is gone," said {a} to {b}.',
    "{b} laughed and ran to the water while {a} waited on the pier.",
    "In the evening {a} and {b} climbed to the old lighthouse and looked over the quiet sea.",
    '"I can see a light," {b} whispered to {a}.',
    "{a} lit the lamp, and {b} waved with both arms until the fishermen answered from far away.",
    "At night {a} and {b} found the boat behind the rocks and rowed home in the rain.",
    '"Next time we tie the knot together," said {b}, and {a} smiled at {b}.',
)
FEWEST_BEATS = 2
MOST_BEATS = len(_BEATS)


def mark_of(seed: int, index: int) -> str:
    """Return how the names of a generation's people begin; no two generations of a run share it."""
    count = len(_SYLLABLES)
    number = (index + seed * 7919) % count**3
    first, second, third = number % count, number // count % count, number // count**2
    # Shifted, so that neighbours do not look alike.
    parts = (_SYLLABLES[first], _SYLLABLES[(second + first) % count], _SYLLABLES[(third + 2 * first) % count])
    return "".join(parts).capitalize()


def two_panel_story(mark: str) -> str:
    """Return a story of two people, which becomes two panels."""
    return (
        f'{mark}do walked along the harbour with {mark}mi. "The boat is gone," said {mark}do to {mark}mi. '
        f"{mark}mi laughed and ran to the water while {mark}do waited."
    )


def longest_story(mark: str) -> str:
    """Return a story that becomes as many panels as a comic may have."""
    return " ".join(beat.format(a=f"{mark}do", b=f"{mark}mi") for beat in _BEATS * 4)


def story_of(mark: str, beats: int, chance: random.Random) -> str:
    """Return a story of so many sentences; each of them names the generation's people."""
    chosen = sorted(chance.sample(range(len(_BEATS)), beats))
    return " ".join(_BEATS[index].format(a=f"{mark}do", b=f"{mark}mi") for index in chosen)
