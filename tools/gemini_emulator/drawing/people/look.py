"""How a character looks. It is read from name and description, so the same words always give the same look."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from tools.gemini_emulator.drawing.ink.colours import INK, NAMED, WHITE, Colour, rgb
from tools.gemini_emulator.story.lexicon.people import FEMALE_NAMES, MALE_NAMES, SPECIES
from tools.gemini_emulator.story.seeds import choice, number

type Age = Literal["child", "teen", "adult", "old"]

HEIGHTS: dict[Age, float] = {"child": 0.7, "teen": 0.92, "adult": 1.0, "old": 0.94}
HEADS: dict[Age, float] = {"child": 3.7, "teen": 4.7, "adult": 5.2, "old": 4.9}
CREATURE_HEADS, ROBOT_HEADS = 2.1, 2.7
CREATURE_HEIGHT, ROBOT_HEIGHT = 0.42, 0.68
PALE_GREY, DARK_GREY = 240, 60

SKINS = {
    "dark brown": (r"(?:dark|black|ebony|deep) (?:brown )?skin|dark-skinned", rgb(0x8A5A3B, 222)),
    "brown": (r"brown skin|brown-skinned", rgb(0xB97F56, 255)),
    "tan": (r"tan(?:ned)? skin|tanned|weathered", rgb(0xDDAA7C, 255)),
    "olive": (r"olive", rgb(0xE0B88C, 255)),
    "pale": (r"pale", rgb(0xFBE6D6, 255)),
    "light": (r"(?:light|fair) skin|fair-skinned", rgb(0xF7D7BD, 255)),
}
HAIR_COLOURS = ("blonde", "auburn", "brown", "black")
OLD_HAIR_COLOURS = ("white", "grey", "silver")
EYE_COLOURS = ("brown", "dark", "green", "blue", "grey")
HAIR_STYLES = {
    "bald": r"bald",
    "braids": r"braid|plait|pigtail|twin ?tail",
    "ponytail": r"ponytail",
    "bun": r"\bbun\b|topknot",
    "bob": r"\bbob\b|bobbed|chin-length",
    "curly": r"curly|curls|afro|frizzy",
    "spiky": r"spik|messy|tousled|wild|unkempt|shaggy",
    "long": r"wavy|long(?: \w+){0,2} hair|hair.{0,12}long|flowing",
    "neat": r"neat|short|cropped|close-cut|buzz|swept|slicked|fringe|bangs",
}
TOPS = {
    "robe": r"robe|kimono|cloak|cape|gown",
    "dress": r"dress|pinafore",
    "coat": r"(?:rain|trench)?coat",
    "hoodie": r"hoodie|hooded",
    "jacket": r"jacket|blazer|cardigan|uniform|space ?suit|vest|waistcoat",
    "sweater": r"sweater|jumper|pullover",
    "shirt": r"shirt|blouse|tunic|top\b",
}
HATS = {
    "brim": r"\bhat\b|fedora",
    "crown": r"crown|tiara",
    "knit": r"beanie|(?:knit|knitted|woolly|woollen) cap",
    "cap": r"\bcap\b",
}
EXTRAS = {
    "glasses": r"(?<!eye)glasses|spectacles|monocle",
    "scarf": r"scarf|bandana|shawl",
    "bow": r"ribbon|\bbow\b",
    "backpack": r"backpack|rucksack",
    "satchel": r"satchel|\bbag\b|messenger",
    "beard": r"beard",
    "moustache": r"moustache|mustache|long (?:\w+ )?beard",
    "bell": r"\bbell\b",
    "collar": r"collar",
    "stripes": r"striped|stripes",
    "one eye": r"one (?:\w+ ){0,3}eye|single eye",
    "broad": r"sturdy|broad|stocky|burly|plump|heavy|muscular|stout",
}
GARMENTS = (
    r"(?:coat|jacket|sweater|shirt|hoodie|dress|robe|vest|uniform|cardigan|blouse|jumper|kimono|cloak|raincoat|"
    r"overalls|body|armour|cape|t-shirt|top|metal)"
)
ACCESSORIES = r"(?:scarf|ribbon|bow|cap|hat|beanie|collar|backpack|satchel|headphones|shawl|bandana|apron|tie)"
LEGWEAR = r"(?:trousers|pants|jeans|skirt|shorts|leggings)"
COLOUR_NAMES = "|".join(sorted(NAMED, key=len, reverse=True))


@dataclass(frozen=True)
class Look:
    """Everything that makes a character recognisable. `height` 1 is a grown-up's; `heads` is it in heads."""

    name: str
    species: str
    age: Age
    is_female: bool
    skin: Colour
    hair_style: str
    hair: Colour
    eyes: Colour
    top: str
    top_colour: Colour
    bottom_colour: Colour
    is_skirt: bool
    accent: Colour
    hat: str | None
    extras: frozenset[str]
    height: float
    heads: float

    @property
    def is_human(self) -> bool:
        return self.species == "human"

    @cached_property
    def palette(self) -> dict[str, Colour]:
        is_dark, is_pale = self.hair.grey < DARK_GREY, self.hair.grey >= PALE_GREY
        return {
            "skin": self.skin,
            "hair": self.hair,
            "back-hair": self.hair if is_dark else self.hair.darker(0.85),
            "strand": self.hair.lighter(0.35) if is_dark else INK,
            "shine": self.hair.darker(0.9) if is_pale else self.hair.lighter(0.55),
            "beard": self.hair if self.age != "old" else NAMED["white"],
            "blush": rgb(0xCE8879, 205),
            "coat": self.hair,
            "belly": self.hair.darker(0.93) if is_pale else WHITE,
            "nose": NAMED["pink"].darker() if self.species in {"cat", "rabbit", "mouse"} else INK,
            "glow": rgb(0x8FE3F0, 235),
            "top": self.top_colour,
            "bottom": self.bottom_colour,
            "accent": self.accent,
        }

    def has(self, extra: str) -> bool:
        return extra in self.extras


def look_of(name: str, description: str) -> Look:
    """Return the look that a name and a description give. What is not described follows from the name."""
    text = description.lower().replace("gray", "grey")
    species = _species(f"{name.lower()} {text}")
    age = _age(text, name)
    female = _is_female(text, name)
    top = _first(TOPS, text) or choice(("sweater", "jacket", "shirt", "hoodie", "dress")[: 4 + female], name, "top")
    return Look(
        name=name,
        species=species,
        age=age,
        is_female=female,
        skin=_skin(text, name),
        hair_style=_hair_style(text, name, age, female=female),
        hair=_hair_colour(text, name, age) if species == "human" else _coat_colour(text, name),
        eyes=_eyes(text, name),
        top=top,
        top_colour=_colour_before(text, GARMENTS)
        or (NAMED["navy"] if "uniform" in text else None)
        or _chosen(("blue", "green", "red", "grey", "teal", "orange", "purple", "brown"), name, "top"),
        bottom_colour=_colour_before(text, LEGWEAR) or _chosen(("navy", "brown", "grey", "dark"), name, "bottom"),
        is_skirt="skirt" in text or (female and age in {"child", "teen"} and number(name, "skirt", below=2) == 0),
        accent=_colour_before(text, ACCESSORIES) or _chosen(("red", "yellow", "blue", "green"), name, "accent"),
        hat=_first(HATS, text),
        extras=frozenset(extra for extra, words in EXTRAS.items() if re.search(words, text)),
        height=_height(text, species, age),
        heads=HEADS[age] if species == "human" else ROBOT_HEADS if species == "robot" else CREATURE_HEADS,
    )


def worn_in(text: str) -> str:
    """Return what a text says about clothes and other things that a character wears, as a description."""
    text = text.lower().replace("gray", "grey")
    coloured = rf"\b(?:{COLOUR_NAMES})\b(?:[ -](?!and\b)\w+){{0,2}}[ -](?:{GARMENTS}|{ACCESSORIES}|{LEGWEAR}|hair)"
    worn = [
        *re.findall(coloured, text),
        *(word for words in (*HATS.values(), *EXTRAS.values()) for word in re.findall(words, text)),
    ]
    return "".join(f"{phrase}. " for phrase in worn)


def _first(table: Mapping[str, str], text: str) -> str | None:
    return next((name for name, words in table.items() if re.search(rf"(?<![a-z])(?:{words})", text)), None)


def _chosen(names: tuple[str, ...], *words: str) -> Colour:
    return NAMED[choice(names, *words)]


def _species(text: str) -> str:
    human = re.search(r"\b(man|woman|boy|girl|person|child|teenage\w*|lady|gentleman)\b", text)
    for species, words in SPECIES.items():
        found = re.search(rf"(?<!\w)(?:{'|'.join(map(re.escape, words.split()))})(?!\w)", text)
        if found and (human is None or found.start() < human.start()):
            return species
    return "human"


def _height(text: str, species: str, age: Age) -> float:
    if species != "human":
        if re.search(r"\b(tall|giant|huge|enormous)\b", text):
            return 1.0
        return ROBOT_HEIGHT if species == "robot" else CREATURE_HEIGHT
    if re.search(r"\btall\b", text):
        return HEIGHTS[age] * 1.07
    return HEIGHTS[age] * (0.93 if re.search(r"\b(small|short(?! \w* ?hair)|tiny|little)\b", text) else 1)


def _age(text: str, name: str) -> Age:
    if years := re.search(r"\b(\d{1,2})[- ]?year|\baged? (\d{1,2})\b|about (\d{1,2})\b", text):
        value = int(next(filter(None, years.groups())))
        return "child" if value < 13 else "teen" if value < 20 else "adult" if value < 60 else "old"  # noqa: PLR2004
    if re.search(r"\b(old|elderly|aged|grand(?:mother|father|ma|pa)|wrinkled|ancient)\b", text):
        return "old"
    if re.search(r"\b(child|little|kid|boy|girl|toddler)\b", text) and "teen" not in text:
        return "child"
    if re.search(r"\b(teen\w*|student|adolescent|young|youth)\b", text):
        return "teen"
    if re.search(r"\b(man|woman|adult|middle-aged)\b", text):
        return "adult"
    return choice(("teen", "adult", "adult"), name, "age")


def _is_female(text: str, name: str) -> bool:
    female = re.findall(r"\b(woman|girl|she|her|female|lady|mother|grandmother|queen|princess|daughter|sister)\b", text)
    male = re.findall(r"\b(man|boy|he|his|male|gentleman|father|grandfather|king|prince|son|brother|beard)\b", text)
    if len(female) != len(male):
        return len(female) > len(male)
    first = next(iter(name.split()), "")
    if first in FEMALE_NAMES | MALE_NAMES:
        return first in FEMALE_NAMES
    return first.endswith(("a", "ie", "i")) if first.isascii() else number(name, "gender", below=2) == 0


def _skin(text: str, name: str) -> Colour:
    described = next((colour for words, colour in SKINS.values() if re.search(words, text)), None)
    return described or SKINS[choice(tuple(SKINS), name, "skin")][1]


def _hair_style(text: str, name: str, age: Age, *, female: bool) -> str:
    about_hair = re.findall(r"[^,.;]*\b(?:hair|braids?|ponytail|pigtails|bun|bob|curls|bald|bangs)\b[^,.;]*", text)
    for style, words in HAIR_STYLES.items():
        if re.search(words, " ".join(about_hair)):
            return "bob" if style == "neat" and female else style
    if age == "old":
        return choice(("bun", "curly") if female else ("bald", "neat"), name, "hair style")
    return choice(("bob", "long", "ponytail", "braids") if female else ("spiky", "neat", "curly"), name, "hair style")


def _hair_colour(text: str, name: str, age: Age) -> Colour:
    about_hair = " ".join(re.findall(r"[^,.;]*\b(?:hair|braids?|ponytail|pigtails|bun|bob|curls|beard)\b", text))
    about_hair = re.sub(r"\w+ (?:skin|eyes)", "", about_hair).replace("blond ", "blonde ")
    if found := re.search(rf"\b(dark )?({COLOUR_NAMES})\b", about_hair):
        return NAMED[found[2]].darker(0.6) if found[1] else NAMED[found[2]]
    return _chosen(OLD_HAIR_COLOURS if age == "old" else HAIR_COLOURS, name, "hair")


def _coat_colour(text: str, name: str) -> Colour:
    body = re.sub(r"\w+ (?:eyes|collar|scarf|bell|bow|ribbon|hat|cap)", "", text)
    found = re.search(rf"\b({COLOUR_NAMES})\b", body)
    return NAMED[found[1]] if found else _chosen(("grey", "brown", "orange", "white"), name, "coat")


def _eyes(text: str, name: str) -> Colour:
    found = re.search(rf"\b({'|'.join(EYE_COLOURS)})[\w ,-]{{0,12}}eyes?\b", text)
    return NAMED[found[1]] if found else _chosen(EYE_COLOURS, name, "eyes")


def _colour_before(text: str, nouns: str) -> Colour | None:
    """Return the colour right before one of the nouns (`a red knitted scarf`)."""
    found = re.search(rf"\b({COLOUR_NAMES})\b(?:[ -](?!and\b)\w+){{0,2}}[ -]{nouns}", text)
    return NAMED[found[1]] if found else None
