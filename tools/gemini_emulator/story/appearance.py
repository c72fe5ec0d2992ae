"""Describes how a character looks: by what the story says, and where it says nothing, by the name.

The words are plain (`short black hair`, `round glasses`, `a red scarf`), so that whoever draws can follow them.
"""

import re

from tools.gemini_emulator.story.lexicon.people import ROLE_NOUNS, SPECIES
from tools.gemini_emulator.story.people import Person, form_pattern, mentions_in
from tools.gemini_emulator.story.seeds import choice, fraction
from tools.gemini_emulator.story.text import Sentence

COLOURS = (
    "red blue green yellow orange purple pink brown black white grey gray golden silver teal navy crimson violet "
    "turquoise copper"
)
CLOTHES = (
    "scarf coat jacket raincoat cloak cape dress skirt shirt sweater jumper hoodie apron uniform vest "
    "overalls robe kimono "
    "hat cap beanie helmet crown glasses goggles spectacles eyepatch backpack satchel bag headphones boots "
    "gloves ribbon "
    "bow necklace collar bell monocle spacesuit armour"
)
GARMENT = re.compile(
    rf"\b((?:(?:{COLOURS.replace(' ', '|')}|round|old|long|thick|big|woollen|knitted|striped|leather|straw|"
    rf"woolly)\s+){{0,2}})"
    rf"({CLOTHES.replace(' ', '|')})\b",
    re.IGNORECASE,
)
HAIR = re.compile(
    r"\b((?:(?:short|long|curly|wavy|straight|messy|spiky|wild|braided|black|brown|blonde?|red|white|grey|gray|silver|ginger|"
    r"auburn|blue|pink|green|purple|dark|golden)[, ]+(?:and )?){1,3})(hair|braids?|ponytail|pigtails|curls|"
    r"beard|moustache|bun)\b",
    re.IGNORECASE,
)
AGE = re.compile(
    r"\b(\d{1,2}|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen)[- ]years?[- ]old\b"
)
PRONOUN_FIRST = re.compile(r"(?:He|She|It|They)\s+(?:was|is|wore|wears|had|has)\b")
OLD = re.compile(
    r"\b(old|elderly|aged|grandmother|grandfather|grandma|grandpa|granny|retired|wrinkled|white-haired|grey-haired)\b",
    re.IGNORECASE,
)
YOUNG = re.compile(r"\b(little|young|girl|boy|child|kid|small|tiny|schoolgirl|schoolboy|daughter|son)\b", re.IGNORECASE)
TEEN = re.compile(r"\b(teen\w*|student|pupil|apprentice|classmate|school|homework|class)\b", re.IGNORECASE)

HAIR_COLOURS = ("black", "black", "dark brown", "brown", "auburn", "blonde", "red", "dark blue")
HAIR_F = (
    "long straight hair",
    "hair in a bob",
    "hair in a ponytail",
    "hair in two braids",
    "curly hair",
    "long wavy hair",
    "short hair with a fringe",
    "hair in a bun",
)
HAIR_M = (
    "short spiky hair",
    "short neat hair",
    "messy hair",
    "short curly hair",
    "swept-back hair",
    "short hair with a fringe",
)
EYES = ("brown", "dark", "green", "blue", "grey", "hazel", "amber")
SKIN = ("light skin", "warm brown skin", "tan skin", "pale skin", "dark brown skin", "olive skin")
BUILDS = ("slim", "sturdy", "wiry", "tall and lean", "small and quick", "round-faced")
TOPS_F = (
    "a striped sweater",
    "a blue jacket",
    "a green coat",
    "a white blouse",
    "a yellow hoodie",
    "a red dress",
    "a purple cardigan",
)
TOPS_M = (
    "a brown jacket",
    "a white shirt",
    "a green hoodie",
    "a blue sweater",
    "a grey coat",
    "a striped shirt",
    "an orange jacket",
)
TOPS_OLD = (
    "a knitted brown cardigan",
    "a long grey coat",
    "a thick blue sweater",
    "a dark green vest over a white shirt",
)
EXTRAS = (
    "a red scarf",
    "round glasses",
    "a small satchel",
    "a yellow ribbon",
    "a knitted cap",
    "a star-shaped hairpin",
    "a blue scarf",
    "headphones around the neck",
    "a green backpack",
)
GROWN_UP_EXTRAS = ("a red scarf", "round glasses", "a small satchel", "a blue scarf", "a gold necklace")
ANIMAL_COATS = {
    "cat": ("ginger", "grey", "black", "white", "calico"),
    "dog": ("brown", "golden", "black", "white", "grey"),
    "fox": ("orange", "silver"),
    "rabbit": ("white", "brown", "grey"),
    "bear": ("brown", "black", "white"),
    "bird": ("blue", "brown", "white", "green"),
    "mouse": ("grey", "brown", "white"),
    "dragon": ("green", "red", "purple"),
    "ghost": ("white",),
    "alien": ("green", "purple", "blue"),
}
ROBOT_BODIES = (
    "a dented copper body",
    "a polished silver body",
    "a round white body",
    "a boxy yellow body",
    "a teal metal body",
)


def species_of(person: Person, hints: str) -> str:
    """Return what kind of being somebody is: `human`, or a key of SPECIES."""
    nearby = f"{person.name} {hints}".lower()
    for species, words in SPECIES.items():
        if re.search(rf"(?<!\w)(?:{'|'.join(map(re.escape, words.split()))})(?!\w)", nearby):
            return species
    return "human"


def epithets_of(person: Person, story: str) -> str:
    """Return the words right beside the name that say what somebody is: `Tom, an old fisherman`, `the robot Pip`."""
    found: list[str] = []
    for form in person.forms:
        for match in form_pattern(form).finditer(story):
            rest, before = story[match.end() : match.end() + 90], story[max(0, match.start() - 45) : match.start()]
            if after := re.match(r",\s+((?:a|an|the|his|her|their|my|our|old|only)\s[^,.;!?\"“”]{2,60})[,.;!?]", rest):
                found.append(after[1])
            if after := re.match(
                r"\s+(?:was|is|,? who was)\s+((?:a|an|the|only|just|old|\w+ years)\b[^,.;!?\"“”]{2,50})", rest
            ):
                found.append(after[1])
            if after := re.match(r"\s+the\s+(\w+)", rest):
                found.append(after[1])
            if (
                (lead := re.search(r"((?:[a-z-]+\s+){1,4})(?:named|called)\s+$", before))
                or (lead := re.search(r"\b(?:a|an|the|his|her|their|my|our)\s+((?:[a-z-]+,?\s+){1,3})$", before))
                or (
                    lead := re.search(
                        r"\b(Old|Little|Young|Grandma|Grandpa|Grandmother|Grandfather|Granny|Captain)\s+$", before
                    )
                )
            ):
                found.append(lead[1])
    return " ".join(found)


def describe_appearance(person: Person, story: str, sentences: list[Sentence], people: list[Person]) -> str:
    """Return one or two sentences that say how somebody looks."""
    hints = epithets_of(person, story)
    about = _sentences_about(person, sentences, people)
    species = species_of(person, hints)
    if species == "robot":
        return _robot(person, f"{hints} {about}")
    if species != "human":
        return _animal(person, species, f"{hints} {about}")
    return _human(person, hints, about)


def _sentences_about(person: Person, sentences: list[Sentence], people: list[Person]) -> str:
    """Join what is said of this person: from the name to the next one, and sentences that go on with `She was`."""
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
    age, noun = _age(person, hints, about)
    female = person.gender == "f" or (not person.gender and fraction(name, "gender") < 0.5)  # noqa: PLR2004
    hair = _hair(name, age, about, female=female)
    eyes, skin = choice(EYES, name, "eyes"), choice(SKIN, name, "skin")
    look = f"A {choice(BUILDS, name, 'build')} {noun} with {hair}, {eyes} eyes and {skin}"
    garments = _garments(about)
    tops = TOPS_OLD if age == "old" else TOPS_F if female else TOPS_M
    if not any(
        re.search(r"coat|jacket|dress|shirt|sweater|hoodie|uniform|robe|suit|kimono|cloak|vest", worn)
        for worn in garments
    ):
        garments.append(choice(tops, name, "top"))
    if len(garments) < 2:  # noqa: PLR2004 - something to know them by
        garments.append(choice(EXTRAS if age in {"child", "teen"} else GROWN_UP_EXTRAS, name, "extra"))
    return f"{look}, wearing {_listed(garments)}."


def _age(person: Person, hints: str, about: str) -> tuple[str, str]:
    """Return an age group, and the noun for somebody of that age and gender."""
    told = " ".join(re.findall(r"\b(?:was|is) (an? [^.,;]*)", about))
    lowered = f"{person.name} {hints} {told}".lower()
    age = ""
    if years := AGE.search(about + " " + hints):
        number = int(years[1]) if years[1].isdigit() else 12
        age = "child" if number < 13 else "teen" if number < 20 else "adult" if number < 60 else "old"  # noqa: PLR2004
    elif OLD.search(lowered):
        age = "old"
    elif re.search(r"\b(teen\w*|student|apprentice)\b", lowered):
        age = "teen"
    elif re.search(r"\b(wo)?man\b", lowered):
        age = "adult"
    elif YOUNG.search(lowered):
        age = "child"
    else:
        age = next((group for noun, (group, _) in ROLE_NOUNS.items() if re.search(rf"\b{noun}\b", lowered)), "")
    if not age:
        age = "teen" if TEEN.search(about) else choice(("teen", "adult", "adult"), person.name, "age")
    female = person.gender == "f" or (not person.gender and fraction(person.name, "gender") < 0.5)  # noqa: PLR2004
    nouns = {
        "child": ("boy of about ten", "girl of about ten"),
        "teen": ("teenage boy", "teenage girl"),
        "adult": ("man", "woman"),
        "old": ("old man", "old woman"),
    }
    return age, nouns[age][female]


def _hair(name: str, age: str, about: str, *, female: bool) -> str:
    if said := HAIR.search(about):
        return " ".join(said[0].lower().split())
    style = choice(HAIR_F if female else HAIR_M, name, "hair style")
    colour = choice(("white", "grey", "silver"), name, "grey") if age == "old" else choice(HAIR_COLOURS, name, "hair")
    head, _, tail = style.rpartition("hair")
    hair = f"{head}{colour} hair{tail}"
    if age == "old" and not female:
        return (
            f"{hair} and a {choice(('short white beard', 'bushy white moustache', 'long white beard'), name, 'beard')}"
        )
    return hair


def _garments(about: str) -> list[str]:
    worn: dict[str, str] = {}
    for match in GARMENT.finditer(about):
        noun = match[2].lower()
        words = " ".join(f"{match[1]}{noun}".lower().split())
        if len(words) > len(worn.get(noun, "")):
            worn[noun] = words
    return [_with_article(words) for words in list(worn.values())[:3]]


def _with_article(words: str) -> str:
    if words.rsplit(maxsplit=1)[-1] in {
        "glasses",
        "goggles",
        "headphones",
        "boots",
        "gloves",
        "overalls",
        "spectacles",
    }:
        return words
    return f"{'an' if words[0] in 'aeio' else 'a'} {words}"


def _listed(items: list[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


def _robot(person: Person, hints: str) -> str:
    colours = "|".join((*COLOURS.split(), "rusty"))
    coloured = re.search(
        rf"\b({colours})\b(?! (?:eyes?|light|lamp))(?:\s\w+)?\s(?:body|robot|metal|paint|shell)", hints
    )
    body = f"a {coloured[1]} metal body" if coloured else choice(ROBOT_BODIES, person.name, "body")
    eye = choice(("two glowing blue eyes", "one big round glowing eye", "two round amber eyes"), person.name, "eyes")
    if told := re.search(r"\bone (?:\w+ ){0,3}eye\b", hints):
        eye = told[0]
    return f"A small friendly robot with {body}, {eye} and an antenna on its head."


def _animal(person: Person, species: str, hints: str) -> str:
    coats = ANIMAL_COATS[species]
    said = next(
        (colour for colour in (*coats, *COLOURS.split()) if re.search(rf"\b{colour}\b", hints, re.IGNORECASE)), None
    )
    coat = said or choice(coats, person.name, "coat")
    worn = _garments(hints)[:1] if species != "ghost" else []
    collar = (
        worn[0]
        if worn
        else choice(("a red collar", "a blue collar", "a small bell", "a yellow scarf"), person.name, "collar")
    )
    size = choice(("small", "fluffy", "lively", "round"), person.name, "size")
    return f"A {size} {coat} {species} with {choice(EYES[2:], person.name, 'eyes')} eyes, wearing {collar}."
