"""Describes how a character looks: as the story says, and where it says nothing, by the name.

The words are plain (`short black hair`, `round glasses`, `a red scarf`), so that whoever draws can follow them.
"""

import re
from collections.abc import Sequence

from tools.gemini_emulator.story.lexicon.people import LOOKS, ROLE_NOUNS, SPECIES
from tools.gemini_emulator.story.lexicon.tables import words_pattern
from tools.gemini_emulator.story.people import Person, form_pattern, mentions_in
from tools.gemini_emulator.story.seeds import choice, fraction
from tools.gemini_emulator.story.text import Sentence

COLOURS = LOOKS["colours"].replace(" ", "|")
GARMENT = re.compile(
    rf"\b((?:(?:{COLOURS}|round|old|long|thick|big|woollen|knitted|striped|leather|straw|woolly)\s+){{0,2}})"
    rf"({LOOKS['clothes'].replace(' ', '|')})\b",
    re.IGNORECASE,
)
TOP = re.compile(r"coat|jacket|dress|shirt|sweater|hoodie|uniform|robe|suit|kimono|cloak|vest|cardigan|blouse")
HAIR = re.compile(
    rf"\b((?:(?:short|long|curly|wavy|straight|messy|spiky|wild|braided|dark|blonde?|ginger|auburn|{COLOURS})[, ]+"
    r"(?:and )?){1,3})(hair|braids?|ponytail|pigtails|curls|beard|moustache|bun)\b",
    re.IGNORECASE,
)
YEARS = re.compile(
    r"\b(\d{1,2}|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen)[- ]years?[- ]old\b"
)
PRONOUN_FIRST = re.compile(r"(?:He|She|It|They)\s+(?:was|is|wore|wears|had|has)\b")
# Words for an age, in the order in which they count.
AGES = {
    "old": "old elderly aged grandmother grandfather grandma grandpa granny retired wrinkled white-haired grey-haired",
    "teen": "teen* student apprentice",
    "adult": "man woman",
    "child": "little young girl boy child kid small tiny schoolgirl schoolboy daughter son",
}
AGE_NOUNS = {
    "child": ("boy of about ten", "girl of about ten"),
    "teen": ("teenage boy", "teenage girl"),
    "adult": ("man", "woman"),
    "old": ("old man", "old woman"),
}
# What the words right beside a name say: after it, or before it.
EPITHETS_AFTER = (
    r",\s+((?:a|an|the|his|her|their|my|our|old|only)\s[^,.;!?\"“”]{2,60})[,.;!?]",
    r"\s+(?:was|is|,? who was)\s+((?:a|an|the|only|just|old|\w+ years)\b[^,.;!?\"“”]{2,50})",
    r"\s+the\s+(\w+)",
)
EPITHETS_BEFORE = (
    r"((?:[a-z-]+\s+){1,4})(?:named|called)\s+$",
    r"\b(?:a|an|the|his|her|their|my|our)\s+((?:[a-z-]+,?\s+){1,3})$",
    r"\b(Old|Little|Young|Grandma|Grandpa|Grandmother|Grandfather|Granny|Captain)\s+$",
)


def species_of(person: Person, hints: str) -> str:
    """Return what kind of being somebody is: `human`, or a key of SPECIES."""
    nearby = f"{person.name} {hints}"
    return next((species for species, words in SPECIES.items() if words_pattern(words).search(nearby)), "human")


def epithets_of(person: Person, story: str) -> str:
    """Return the words right beside the name that say what somebody is: `Tom, an old fisherman`, `the robot Pip`."""
    found: list[str] = []
    for form in person.forms:
        for match in form_pattern(form).finditer(story):
            rest, before = story[match.end() : match.end() + 90], story[max(0, match.start() - 45) : match.start()]
            found += [after[1] for pattern in EPITHETS_AFTER if (after := re.match(pattern, rest))]
            found += [lead[1] for pattern in EPITHETS_BEFORE if (lead := re.search(pattern, before))][:1]
    return " ".join(found)


def describe_appearance(person: Person, story: str, sentences: list[Sentence], people: list[Person]) -> str:
    hints = epithets_of(person, story)
    about = _sentences_about(person, sentences, people)
    species = species_of(person, hints)
    if species == "robot":
        return _robot(person, f"{hints} {about}")
    if species != "human":
        return _animal(person, species, f"{hints} {about}")
    return _human(person, hints, about)


def _sentences_about(person: Person, sentences: list[Sentence], people: list[Person]) -> str:
    """Join what the story says about a person: from the name to the next name, and sentences such as `She was`."""
    about: list[str] = []
    topic = ""
    for sentence in sentences:
        named = mentions_in(sentence.text, people)
        if not named and topic == person.name and PRONOUN_FIRST.match(sentence.text):
            about.append(sentence.text)
        borders = [0, *(mention.start for mention in named[1:]), len(sentence.text)]
        for mention, start, end in zip(named, borders, borders[1:], strict=False):
            if mention.person.name == person.name:
                about.append(sentence.text[start:end])
        topic = named[0].person.name if named else topic
    return " ".join(about)


def _human(person: Person, hints: str, about: str) -> str:
    name = person.name
    age = _age(person, hints, about)
    female = person.gender == "f" or (not person.gender and fraction(name, "gender") < 0.5)  # noqa: PLR2004
    hair = _hair(name, age, about, female=female)
    eyes, skin = _chosen("eyes", name), _chosen("skins", name)
    garments = _garments(about)
    if not any(TOP.search(worn) for worn in garments):
        garments.append(_chosen("old tops" if age == "old" else "female tops" if female else "male tops", name))
    if len(garments) < 2:  # noqa: PLR2004 - something to recognise them by
        garments.append(_chosen("extras" if age in {"child", "teen"} else "grown-up extras", name))
    worn = f"{', '.join(garments[:-1])} and {garments[-1]}" if len(garments) > 1 else garments[0]
    who = f"{_chosen('builds', name)} {AGE_NOUNS[age][female]}"
    return f"A {who} with {hair}, {eyes} eyes and {skin} skin, wearing {worn}."


def _chosen(table: str, name: str) -> str:
    """Return one of the phrases of a table, which are separated by commas."""
    return choice(LOOKS[table].replace("\n", " ").split(", "), name, table)


def _age(person: Person, hints: str, about: str) -> str:
    if years := YEARS.search(f"{about} {hints}"):
        number = int(years[1]) if years[1].isdigit() else 12
        return "child" if number < 13 else "teen" if number < 20 else "adult" if number < 60 else "old"  # noqa: PLR2004
    told = " ".join(re.findall(r"\b(?:was|is) (an? [^.,;]*)", about))
    words = f"{person.name} {hints} {told}".lower()
    for age, shown_by in AGES.items():
        if words_pattern(shown_by).search(words):
            return age
    age = next((age for noun, (age, _) in ROLE_NOUNS.items() if words_pattern(noun).search(words)), None)
    if age is None and words_pattern("teen* student pupil apprentice classmate school homework class").search(about):
        return "teen"
    return age or choice(("teen", "adult", "adult"), person.name, "age")


def _hair(name: str, age: str, about: str, *, female: bool) -> str:
    if said := HAIR.search(about):
        return " ".join(said[0].lower().split())
    style = _chosen("female hair" if female else "male hair", name)
    head, _, tail = style.rpartition("hair")
    hair = f"{head}{_chosen('old hair colours' if age == 'old' else 'hair colours', name)} hair{tail}"
    return f"{hair} and a {_chosen('beards', name)}" if age == "old" and not female else hair


def _garments(about: str) -> list[str]:
    """Return up to three garments, each by its longest description."""
    worn: dict[str, str] = {}
    for match in GARMENT.finditer(about):
        words = " ".join(match[0].lower().split())
        worn[match[2].lower()] = max(worn.get(match[2].lower(), ""), words, key=len)
    return [_with_article(words) for words in list(worn.values())[:3]]


def _with_article(words: str) -> str:
    is_plural = words.endswith("s") and not words.endswith("dress")
    return words if is_plural else f"{'an' if words[0] in 'aeio' else 'a'} {words}"


def _robot(person: Person, hints: str) -> str:
    said = re.search(
        rf"\b({COLOURS}|rusty)\b(?! (?:eyes?|light|lamp))(?:\s\w+)?\s(?:body|robot|metal|paint|shell)", hints
    )
    body = f"a {said[1]} metal body" if said else _chosen("robot bodies", person.name)
    told = re.search(r"\bone (?:\w+ ){0,3}eye\b", hints)
    eyes = told[0] if told else _chosen("robot eyes", person.name)
    return f"A small friendly robot with {body}, {eyes} and an antenna."


def _animal(person: Person, species: str, hints: str) -> str:
    coats: Sequence[str] = LOOKS[species].split()
    said = [colour for colour in (*coats, *COLOURS.split("|")) if re.search(rf"\b{colour}\b", hints, re.IGNORECASE)]
    coat = said[0] if said else choice(coats, person.name, "coat")
    worn = next(iter(_garments(hints)), None) or _chosen("collars", person.name)
    size, eyes = _chosen("sizes", person.name), _chosen("eyes", person.name)
    return f"A {size} {coat} {species} with {eyes} eyes, wearing {worn}."
