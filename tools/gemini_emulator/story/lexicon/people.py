"""Words for people, animals and machines, and words that look like names and are none."""

from tools.gemini_emulator.story.lexicon.tables import load_words

_WORDS = load_words("people")

SAID = frozenset(_WORDS["said"].split())
TITLES = frozenset(_WORDS["titles"].split())
NOT_NAMES = frozenset(_WORDS["not_names"].split())
NOT_JAPANESE_NAMES = frozenset(_WORDS["not_japanese_names"].split())
PLACE_ENDINGS = frozenset(_WORDS["place_endings"].split())
ROLE_ADJECTIVES = tuple(_WORDS["role_adjectives"].split())
FEMALE_NAMES = frozenset(_WORDS["female_names"].split())
MALE_NAMES = frozenset(_WORDS["male_names"].split())
# Verbs that show the word before them to be somebody.
STARTS_LIKE_A_SUBJECT = frozenset(_WORDS["starts_like_a_subject"].split())
# Verbs that go with things as well as with people.
VERBS_OF_THINGS = frozenset(_WORDS["verbs_of_things"].split())
# Things worth a place in a title, as stories use them.
TITLE_THINGS = tuple(_WORDS["title_things"].split())

# species -> the words that name it, parted by spaces
SPECIES = load_words("species")


def _age_and_gender(words: str) -> tuple[str, str]:
    age, _, gender = words.partition(" ")
    return age, gender


# what a person is when the story gives no name -> age group, and gender (`f`, `m` or nothing)
ROLE_NOUNS = {noun: _age_and_gender(words) for noun, words in load_words("roles").items()}
