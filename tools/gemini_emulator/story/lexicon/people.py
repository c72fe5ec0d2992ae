"""Words for people, animals and machines, and words that only look like names."""

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
# Verbs whose subject is a person.
STARTS_LIKE_A_SUBJECT = frozenset(_WORDS["starts_like_a_subject"].split())
# Verbs whose subject may be a thing.
VERBS_OF_THINGS = frozenset(_WORDS["verbs_of_things"].split())
# Things that a title can name.
TITLE_THINGS = tuple(_WORDS["title_things"].split())

# species -> the words that name it
SPECIES = load_words("species")
# what can be said about the looks of characters
LOOKS = load_words("looks")


# what a person is when the story gives no name -> age group, and gender (`f`, `m` or nothing)
ROLE_NOUNS = {
    noun.replace("-", " "): (group.split()[0], group[len(group.split()[0]) :].strip())
    for group, nouns in load_words("roles").items()
    for noun in nouns.split()
}
