"""Finds the people in a story, by name, or by role (`a fisherman`) if they have no names."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from tools.gemini_emulator.story.lexicon.people import (
    FEMALE_NAMES,
    MALE_NAMES,
    NOT_NAMES,
    PLACE_ENDINGS,
    ROLE_ADJECTIVES,
    ROLE_NOUNS,
    SAID,
    SPECIES,
    STARTS_LIKE_A_SUBJECT,
    TITLES,
    VERBS_OF_THINGS,
)
from tools.gemini_emulator.story.unspaced_names import names_in_uncased_text, names_in_unspaced_text

MAX_PEOPLE = 4
FEMALE_TITLES = frozenset({"Mrs", "Ms", "Miss", "Aunt", "Grandma", "Grandmother", "Lady", "Queen", "Señora"})
MALE_TITLES = frozenset({"Mr", "Uncle", "Grandpa", "Grandfather", "Lord", "King", "Sir", "Señor"})
# A hero for a story that names nobody, by the story's script.
HEROES = {
    r"[\u3040-\u30ff]": "主人公",
    r"[\u0590-\u05ff]": "הגיבור",
    r"[\u0600-\u06ff]": "البطل",
    r"[\u0400-\u04ff]": "Герой",
}
THINGS_WITH_NAMES = (
    "ship|spaceship|boat|train|planet|island|town|city|river|station|street|mountain|village|school|moon"
)
MIN_NARRATOR_WORDS = 3

CAPITALISED = r"[^\W\d_a-z\u0430-яёα-ω\u0590-\u06ff\u3040-\u9fff\uac00-\ud7af][\w\u2019'-]*"
NAME = re.compile(rf"(?<![\w\u2019'-]){CAPITALISED}(?:[ ]{CAPITALISED}){{0,3}}")
NAMED = re.compile(r"\b(?:named|called|name(?: is| was|d)|nombre|llamad[oa]|namens|по имени)\s+([^\W\d_][\w\u2019'-]*)")
PLACE_BEFORE = re.compile(r"\b(?:in|at|near|of|from|into|across|through|towards?|beyond|the|en|de|nach|aus)\s+$")
PERSON_BEFORE = re.compile(r"\b(?:named|called|with|and|told|asked|behind|beside|for|to|said|by)\s+$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in a story. `forms` are the ways the story names them, longest first."""

    name: str
    forms: tuple[str, ...]
    count: int
    first: int
    gender: str = ""
    is_narrator: bool = False


@dataclass(frozen=True, slots=True)
class Mention:
    """Where in a text somebody is named."""

    person: Person
    start: int


def people_of(story: str) -> list[Person]:
    """Return the one to four main people of a story, the most important first."""
    people = _named(story) or _named_otherwise(story)
    if len(people) < MAX_PEOPLE and (narrator := _narrator(story)):
        people = [*people, narrator]
    if len(people) < 2:  # noqa: PLR2004 - one named hero usually meets somebody
        taken = " ".join(form for person in people for form in person.forms).lower()
        people = [*people, *(role for role in _roles(story, people) if role.forms[-1].lower() not in taken)]
    if not people:
        people = [_somebody(story)]
    return sorted(people, key=lambda person: (-person.count, person.first))[:MAX_PEOPLE]


def mentions_in(text: str, people: Iterable[Person]) -> list[Mention]:
    """Return who is named in a text, in order of their names' places."""
    found: list[Mention] = []
    taken: list[tuple[int, int]] = []
    forms = sorted(((form, person) for person in people for form in person.forms), key=lambda item: -len(item[0]))
    for form, person in forms:
        for match in form_pattern(form).finditer(text):
            if not any(start < match.end() and match.start() < end for start, end in taken):
                taken.append(match.span())
                found.append(Mention(person, match.start()))
    return sorted(found, key=lambda mention: mention.start)


def form_pattern(form: str) -> re.Pattern[str]:
    """Return a pattern that finds a name: as a whole word, or anywhere in scripts without spaces."""
    if re.search(r"[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]", form):
        return re.compile(re.escape(form))
    if re.search(r"[\u0590-\u06ff]", form):
        return re.compile(rf"(?<!\w)[ולבהשכ]?[وفبل]?{re.escape(form)}(?!\w)")
    flags = re.IGNORECASE if form.islower() or form.lower().startswith("the ") else 0
    return re.compile(rf"(?<![\w]){re.escape(form)}(?![\w])", flags)


# --- named people ---------------------------------------------------------------------------------------------------


def _named(story: str) -> list[Person]:
    counts: Counter[str] = Counter()
    first: dict[str, int] = {}
    for name, start in _name_candidates(story):
        counts[name] += 1
        first.setdefault(name, start)
    kept = [name for name in counts if _is_person(name, story)]
    # a doubtful word that occurs once counts only if there is no other name
    sure = [name for name in kept if counts[name] > 1 or not _is_doubtful(name, story)]
    kept = sure or kept
    return _merged(kept, counts, first, story)


def _name_candidates(story: str) -> Iterable[tuple[str, int]]:
    for match in NAME.finditer(story):
        words = re.sub(r"[\u2019']s\b", "", match[0]).strip("\u2019'-").split()
        start = match.start()
        while words and words[0] in NOT_NAMES and words[0] not in TITLES:
            start += len(words.pop(0)) + 1
        while words and (words[-1] in NOT_NAMES):
            words.pop()
        if words and words[0][0].isupper() and not (len(words) == 1 and (words[0] in TITLES or len(words[0]) < 2)):  # noqa: PLR2004
            yield " ".join(words), start
    for match in NAMED.finditer(story):
        if match[1].islower() and match[1] not in {"the", "a", "it", "him", "her", "out", "for", "me", "to", "on"}:
            yield match[1], match.start(1)


def _is_person(name: str, story: str) -> bool:
    last = name.rsplit(maxsplit=1)[-1]
    if last in PLACE_ENDINGS or any(part in PLACE_ENDINGS for part in name.split()[1:]) or _is_thing(name, story):
        return False
    if name.isupper() and len(name) > 3 and not _speaks(name, story):  # noqa: PLR2004 - a shout or a sign
        return False
    uses = list(re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", story))
    inside = [use for use in uses if not _begins_sentence(story, use.start())]
    if name.split(maxsplit=1)[0] in TITLES:
        return True
    if any(_acts(story, use.end()) or _is_in_personal_place(story, use.start()) for use in uses):
        return name.islower() or not _is_ordinary_word(name, story)
    if any(PLACE_BEFORE.search(story[max(0, use.start() - 12) : use.start()]) for use in uses):
        return False
    return len(inside) > 0 and not _is_ordinary_word(name, story)


def _is_thing(name: str, story: str) -> bool:
    """Return whether a name belongs to a ship or a town: `the spaceship Sparrow`."""
    return re.search(rf"\b(?:{THINGS_WITH_NAMES})\s+{re.escape(name)}\b", story, re.IGNORECASE) is not None


def _is_doubtful(name: str, story: str) -> bool:
    """Return whether a word at the start of a sentence may be a thing: `Steam rose`, but not `Tom waved`."""
    start = story.find(name)
    verb = re.match(r"\s+(\w+)", story[start + len(name) :])
    is_known = name in FEMALE_NAMES or name in MALE_NAMES
    return not is_known and _begins_sentence(story, start) and verb is not None and verb[1] in VERBS_OF_THINGS


def _is_ordinary_word(name: str, story: str) -> bool:
    return " " not in name and re.search(rf"(?<!\w){re.escape(name.lower())}(?!\w)", story) is not None


def _begins_sentence(story: str, start: int) -> bool:
    before = story[:start].rstrip(" \t")
    return not before or before[-1] in ".!?…\n\"“”'\u2018\u2019«»„—\u2013:*-"


def _acts(story: str, end: int) -> bool:
    """Return whether a verb or a possessive follows the name."""
    rest = story[end : end + 24]
    if re.match(r"[\u2019']s\b", rest):
        return True
    if re.match(r",\s+(?:a|an|the|his|her|their|my|our|who)\s", rest):
        return True
    word = re.match(r"[,]?\s+(\w+)", rest)
    if word is None:
        return False
    verb = word[1]
    return verb in STARTS_LIKE_A_SUBJECT or verb in SAID or (verb.endswith("ed") and len(verb) > 3)  # noqa: PLR2004


def _is_in_personal_place(story: str, start: int) -> bool:
    before = story[max(0, start - 20) : start]
    if PERSON_BEFORE.search(before):
        return True
    word = re.search(r"(\w+)\s+$", before)
    return bool(word and word[1].lower() in SAID)


def _speaks(name: str, story: str) -> bool:
    said = "|".join(SAID)
    return bool(re.search(rf"(?:{said})\s+{re.escape(name)}\b|\b{re.escape(name)}\s+(?:{said})\b", story))


def _merged(names: list[str], counts: Counter[str], first: dict[str, int], story: str) -> list[Person]:
    """Merge `Mira Okafor` and `Mira`, unless there is another Mira."""
    full = [name for name in names if not _is_short_form(name, names)]
    people: list[Person] = []
    for name in full:
        short = [other for other in names if other != name and _is_part(other, name)]
        own = [form for form in short if sum(_is_part(form, another) for another in full) == 1]
        total = counts[name] + sum(counts[form] for form in own)
        shown = max([name, *own], key=lambda form: (counts[form], len(form)))
        forms = tuple(sorted({name, *own}, key=lambda form: -len(form)))
        begins = min(first[form] for form in forms)
        people.append(Person(shown, forms, total, begins, gender_of(shown, forms, story)))
    return people


def _is_short_form(name: str, names: list[str]) -> bool:
    return any(other != name and _is_part(name, other) for other in names)


def _is_part(short: str, name: str) -> bool:
    parts, few = re.split(r"[\s-]+", name), re.split(r"[\s-]+", short)
    return len(few) < len(parts) and set(few) <= set(parts)


def gender_of(name: str, forms: Sequence[str], story: str) -> str:
    """Guess `f`, `m` or nothing from the name, its title, and the pronouns that follow it."""
    words = set(" ".join((name, *forms)).split())
    if words & (FEMALE_NAMES | FEMALE_TITLES):
        return "f"
    if words & (MALE_NAMES | MALE_TITLES):
        return "m"
    near = " ".join(
        story[match.end() : match.end() + 80] for form in forms for match in form_pattern(form).finditer(story)
    )
    she = len(re.findall(r"\b(?:she|her|hers)\b", near, re.IGNORECASE))
    he = len(re.findall(r"\b(?:he|him|his)\b", near, re.IGNORECASE))
    return "f" if she > he else "m" if he > she else ""


# --- people without a name in Latin letters, or without any ----------------------------------------------------------


def _named_otherwise(story: str) -> list[Person]:
    """Return the people in scripts without capital letters."""
    counts = Counter(names_in_unspaced_text(story) or names_in_uncased_text(story))
    return [
        Person(name, (name,), count, story.find(name), gender_of(name, (name,), story))
        for name, count in counts.items()
    ]


def _narrator(story: str) -> Person | None:
    told = re.sub(r"[“\"«「][^”\"»」]*[”\"»」]", " ", story)
    count = len(re.findall(r"\bI\b(?!\.)", told))
    if count < MIN_NARRATOR_WORDS:
        return None
    return Person("The Narrator", ("I",), count, told.find("I"), is_narrator=True)


def _roles(story: str, named: Sequence[Person]) -> list[Person]:
    """Return people by role: `an old fisherman` is The Old Fisherman, also where the story says `the fisherman`."""
    nouns = sorted(
        {*ROLE_NOUNS, *(word for words in SPECIES.values() for word in words.split())}, key=len, reverse=True
    )
    adjectives = "|".join(ROLE_ADJECTIVES)
    alternatives = "|".join(map(re.escape, nouns))
    pattern = re.compile(
        rf"\b(a|an|the|his|her|my|our|their|one)\s+((?:(?:{adjectives})\s+){{0,2}})({alternatives})\b"
        rf"(?!\s+(?:named|called)|,?\s+(?-i:[A-Z]))",
        re.IGNORECASE,
    )
    epithets = " ".join(_epithet_nouns(story, named))
    found: dict[str, Person] = {}
    for match in pattern.finditer(story):
        noun = match[3].lower()
        if noun in epithets:
            continue
        role = found.get(noun)
        if role is None:
            name = "The " + " ".join((match[2] + noun).split()).title()
            _, gender = ROLE_NOUNS.get(noun, ("", ""))
            found[noun] = Person(name, (noun,), 1, match.start(), gender)
        else:
            found[noun] = replace(role, count=role.count + 1)
    return [_with_forms(role, noun) for noun, role in found.items()]


def _with_forms(role: Person, noun: str) -> Person:
    return replace(role, forms=(role.name, noun), count=max(1, role.count - 1))


def _epithet_nouns(story: str, named: Sequence[Person]) -> list[str]:
    """Return the words that describe a named person (`Tom, an old fisherman`), who is not a second person."""
    nouns: list[str] = []
    for person in named:
        for form in person.forms:
            for match in form_pattern(form).finditer(story):
                after = re.match(r",?\s+(?:was|is|the|a|an|had been)?\s*([\w\s-]{0,40})", story[match.end() :])
                before = re.search(r"((?:\w+\s+){1,4})(?:named|called|,)?\s*$", story[: match.start()])
                nouns += [part[1].lower() for part in (after, before) if part]
    return nouns


def _somebody(story: str) -> Person:
    name = next((hero for script, hero in HEROES.items() if re.search(script, story)), "The Traveller")
    return Person(name, (name.lower(),), 1, 0)
