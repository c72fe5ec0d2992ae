"""Things in a hand, found by their words in a scene."""

from tools.gemini_emulator.story.lexicon.tables import words_pattern

# Each is a sketch in sketches/props.txt.
PROPS: dict[str, str] = {
    "umbrella": "umbrella umbrellas",
    "lantern": "lantern* hand-lamp flashlight torch",
    "letter": "letter letters envelope postcard note",
    "book": "book books notebook diary comic magazine",
    "cup": "cup cups mug tea coffee cocoa",
    "key": "key",
    "flower": "flower* tulip* bouquet seedling",
    "box": "box parcel package lunchbox crate",
}


def prop_in(scene: str) -> str | None:
    """Return the first thing in a scene that can be held."""
    found = [(match.start(), prop) for prop, words in PROPS.items() if (match := words_pattern(words).search(scene))]
    return min(found)[1] if found else None
