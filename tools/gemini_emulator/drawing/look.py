"""How a character looks, as traits: read from name and description, so the same words always give the same look."""

import re
from dataclasses import dataclass
from typing import Literal

from tools.gemini_emulator.drawing.colours import NAMED, Colour, rgb
from tools.gemini_emulator.story.lexicon.people import FEMALE_NAMES, MALE_NAMES, SPECIES
from tools.gemini_emulator.story.seeds import choice, number

type Age = Literal["child", "teen", "adult", "old"]
type HairStyle = Literal[
    "bob", "long", "wavy", "ponytail", "braids", "bun", "curly", "fringe", "spiky", "neat", "messy", "swept", "bald"
]
type Top = Literal[
    "sweater", "jacket", "coat", "shirt", "hoodie", "dress", "vest", "robe", "armour", "spacesuit", "uniform"
]

SKINS = {
    "dark brown": rgb(0x8A5A3B, 222),
    "brown": rgb(0xB97F56, 255),
    "tan": rgb(0xDDAA7C, 255),
    "olive": rgb(0xE0B88C, 255),
    "pale": rgb(0xFBE6D6, 255),
    "light": rgb(0xF7D7BD, 255),
}
SKIN_WORDS = (
    ("dark brown", r"dark brown skin|dark[- ]skin|black skin|deep brown skin|ebony"),
    ("brown", r"brown skin|brown-skinned"),
    ("tan", r"tan(?:ned)? skin|tanned|sun-?browned|weathered"),
    ("olive", r"olive"),
    ("pale", r"pale"),
    ("light", r"(?:light|fair) skin|fair-skinned"),
)
HAIR_COLOURS = {
    "black": rgb(0x2A2630, 0),
    "dark brown": rgb(0x4A3026, 45),
    "brown": rgb(0x77492C, 100),
    "auburn": rgb(0x98472B, 120),
    "ginger": rgb(0xD9772B, 175),
    "red": rgb(0xC24A2E, 150),
    "blonde": rgb(0xF1CE74, 255),
    "golden": rgb(0xF1CE74, 255),
    "white": rgb(0xF2F0EC, 255),
    "silver": rgb(0xCDD2DA, 225),
    "grey": rgb(0xA7A8AE, 190),
    "dark blue": rgb(0x2D3C66, 40),
    "blue": rgb(0x4673B8, 120),
    "pink": rgb(0xEE95B0, 215),
    "green": rgb(0x4F9A62, 140),
    "purple": rgb(0x7A559C, 110),
    "dark": rgb(0x33282A, 25),
}
EYE_COLOURS = {
    "brown": rgb(0x6A4125, 60),
    "dark": rgb(0x33262A, 20),
    "green": rgb(0x3F8A55, 110),
    "blue": rgb(0x3773C0, 120),
    "grey": rgb(0x6C7682, 120),
    "hazel": rgb(0x8A6630, 100),
    "amber": rgb(0xC98A22, 140),
}
UNIFORMS: dict[Top, Colour] = {"uniform": NAMED["navy"], "armour": NAMED["silver"], "spacesuit": NAMED["white"]}
HEIGHTS: dict[Age, float] = {"child": 0.7, "teen": 0.92, "adult": 1.0, "old": 0.94}
HEADS: dict[Age, float] = {"child": 3.7, "teen": 4.7, "adult": 5.2, "old": 4.9}
ANIMAL_HEIGHT, ROBOT_HEIGHT = 0.42, 0.68

HAIR_STYLES: tuple[tuple[str, HairStyle], ...] = (
    (r"bald", "bald"),
    (r"braid|plait|pigtail|twin ?tail", "braids"),
    (r"ponytail", "ponytail"),
    (r"\bbun\b|topknot", "bun"),
    (r"\bbob\b|bobbed|chin-length", "bob"),
    (r"curly|curls|afro|frizzy", "curly"),
    (r"wavy", "wavy"),
    (r"spik", "spiky"),
    (r"messy|tousled|wild|unkempt|shaggy", "messy"),
    (r"swept|slicked|combed back", "swept"),
    (r"fringe|bangs", "fringe"),
    (r"long(?: \w+){0,2} hair|hair.{0,12}long|flowing", "long"),
    (r"neat|short|cropped|close-cut|buzz", "neat"),
)
TOPS: tuple[tuple[str, Top], ...] = (
    (r"spacesuit|space suit", "spacesuit"),
    (r"armou?r", "armour"),
    (r"robe|kimono|cloak|cape|gown", "robe"),
    (r"dress|pinafore", "dress"),
    (r"uniform", "uniform"),
    (r"raincoat|coat|trenchcoat", "coat"),
    (r"hoodie|hooded", "hoodie"),
    (r"jacket|blazer|cardigan", "jacket"),
    (r"vest|waistcoat|overalls|apron", "vest"),
    (r"sweater|jumper|pullover", "sweater"),
    (r"shirt|blouse|tunic|top\b", "shirt"),
)
HATS = (
    (r"witch|wizard hat|pointed hat", "pointed"),
    (r"straw hat|wide-brimmed|sun hat|\bhat\b|fedora", "brim"),
    (r"helmet", "helmet"),
    (r"crown|tiara", "crown"),
    (r"beanie|knitted cap|woolly|woollen cap|knit cap", "knit"),
    (r"captain's cap|peaked cap|baseball cap|\bcap\b", "cap"),
)
EXTRAS = (
    ("glasses", r"(?<!eye)glasses|spectacles|monocle"),
    ("goggles", r"goggles"),
    ("headphones", r"headphones|headset"),
    ("scarf", r"scarf|bandana|shawl"),
    ("bow", r"ribbon|\bbow\b"),
    ("hairpin", r"hairpin|hair clip|flower in"),
    ("backpack", r"backpack|rucksack"),
    ("satchel", r"satchel|\bbag\b|messenger"),
    ("necklace", r"necklace|pendant|medal|locket"),
    ("beard", r"beard"),
    ("moustache", r"moustache|mustache|whiskered"),
    ("freckles", r"freckle"),
    ("eyepatch", r"eyepatch|eye patch"),
    ("apron", r"apron"),
    ("tie", r"\btie\b|necktie"),
    ("bell", r"\bbell\b"),
    ("collar", r"collar"),
    ("stripes", r"striped|stripes"),
    ("antenna", r"antenna"),
    ("one eye", r"one (?:\w+ ){0,3}eye|single eye"),
    ("long beard", r"long (?:\w+ )?beard|bushy (?:\w+ )?beard"),
    ("broad", r"sturdy|broad|stocky|burly|fat|plump|heavy|muscular|stout"),
    ("round", r"\bround\b(?! glasses| \w+ glasses)"),
)
COLOUR_NAMES = "|".join(sorted(NAMED, key=len, reverse=True))


@dataclass(frozen=True, slots=True)
class Look:
    """All that makes a character recognisable."""

    name: str
    species: str
    age: Age
    is_female: bool
    skin: Colour
    hair_style: HairStyle
    hair: Colour
    eyes: Colour
    top: Top
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
        """Whether the body is a person's."""
        return self.species in {"human", "alien"}

    def has(self, extra: str) -> bool:
        """Tell whether the look includes an extra, such as a scarf."""
        return extra in self.extras


def look_of(name: str, description: str) -> Look:
    """Return the look that a name and a description give; what is not described follows from the name."""
    text = description.lower()
    species = _species(f"{name.lower()} {text}")
    age = _age(text, name)
    female = _is_female(text, name)
    top = _top(text, name, female=female)
    body_colour = _colour_before(
        text,
        r"(?:coat|jacket|sweater|shirt|hoodie|dress|robe|vest|uniform|"
        r"cardigan|blouse|jumper|"
        r"kimono|cloak|raincoat|overalls|body|armour|cape|t-shirt|top|"
        r"metal)",
    )
    extras = frozenset(extra for extra, words in EXTRAS if re.search(words, text))
    height = HEIGHTS[age]
    if species == "robot":
        height = ROBOT_HEIGHT if not re.search(r"\b(tall|giant|huge|big robot|large)\b", text) else 1.05
    elif species not in {"human", "alien"}:
        height = ANIMAL_HEIGHT if not re.search(r"\b(giant|huge|enormous)\b", text) else 1.0
    elif re.search(r"\btall\b", text):
        height *= 1.07
    elif re.search(r"\b(small|short(?! \w* ?hair)|tiny|little)\b", text):
        height *= 0.93
    return Look(
        name=name,
        species=species,
        age=age,
        is_female=female,
        skin=_skin(text, name, species),
        hair_style=_hair_style(text, name, age, female=female),
        hair=_hair_colour(text, name, age, species),
        eyes=_eyes(text, name),
        top=top,
        top_colour=body_colour
        or UNIFORMS.get(top)
        or NAMED[choice(("blue", "green", "red", "grey", "teal", "orange", "purple", "brown"), name, "top")],
        bottom_colour=_colour_before(text, r"(?:trousers|pants|jeans|skirt|shorts|leggings)")
        or NAMED[choice(("navy", "brown", "grey", "dark"), name, "bottom")],
        is_skirt=bool(re.search(r"skirt", text))
        or (female and age in {"child", "teen"} and number(name, "skirt", below=2) == 0),
        accent=_colour_before(
            text, r"(?:scarf|ribbon|bow|cap|hat|beanie|collar|backpack|satchel|headphones|shawl|bandana|apron|tie)"
        )
        or NAMED[choice(("red", "yellow", "blue", "green"), name, "accent")],
        hat=next((hat for words, hat in HATS if re.search(words, text)), None),
        extras=extras,
        height=height,
        heads=HEADS[age],
    )


def _species(text: str) -> str:
    human = re.search(r"\b(man|woman|boy|girl|person|child|teenage\w*|teenager|lady|gentleman)\b", text)
    for species, words in SPECIES.items():
        alternatives = "|".join(map(re.escape, words.split()))
        found = re.search(rf"(?<!\w)(?:{alternatives})(?!\w)", text)
        if found and (human is None or found.start() < human.start()):
            return species
    return "human"


def _age(text: str, name: str) -> Age:
    years = re.search(r"\b(\d{1,2})[- ]?year|\baged? (\d{1,2})\b|about (\d{1,2})\b", text)
    if years:
        value = int(next(filter(None, years.groups())))
        return "child" if value < 13 else "teen" if value < 20 else "adult" if value < 60 else "old"  # noqa: PLR2004
    if re.search(r"\b(old|elderly|aged|grand(?:mother|father|ma|pa)|wrinkled|seventies|sixties|ancient)\b", text):
        return "old"
    if (
        re.search(r"\b(child|little|kid|about ten|boy|girl|young boy|young girl|toddler)\b", text)
        and "teen" not in text
    ):
        return "child"
    if re.search(r"\b(teen\w*|student|adolescent|young|youth)\b", text):
        return "teen"
    return (
        "adult"
        if re.search(r"\b(man|woman|adult|middle-aged)\b", text)
        else choice(("teen", "adult", "adult"), name, "age")
    )


def _is_female(text: str, name: str) -> bool:
    female = len(
        re.findall(r"\b(woman|girl|she|her|female|lady|mother|grandmother|queen|princess|daughter|sister)\b", text)
    )
    male = len(
        re.findall(r"\b(man|boy|he|his|male|gentleman|father|grandfather|king|prince|son|brother|beard)\b", text)
    )
    if female != male:
        return female > male
    first = name.split(maxsplit=1)[0] if name.split() else ""
    if first in FEMALE_NAMES or first in MALE_NAMES:
        return first in FEMALE_NAMES
    return first.endswith(("a", "ie", "i")) if first.isascii() else number(name, "gender", below=2) == 0


def _skin(text: str, name: str, species: str) -> Colour:
    if species == "alien":
        return next(
            (NAMED[colour].lighter(0.35) for colour in ("green", "purple", "blue") if colour in text),
            NAMED["green"].lighter(),
        )
    for tone, words in SKIN_WORDS:
        if re.search(words, text):
            return SKINS[tone]
    return SKINS[choice(tuple(SKINS), name, "skin")]


def _hair_style(text: str, name: str, age: Age, *, female: bool) -> HairStyle:
    about_hair = " ".join(
        re.findall(r"[^,.;]*\b(?:hair|braids?|ponytail|pigtails|bun|bob|curls|bald|fringe|bangs)\b[^,.;]*", text)
    )
    for words, style in HAIR_STYLES:
        if re.search(words, about_hair):
            if style == "neat" and female:
                return "bob"
            return style
    if age == "old":
        return choice(("bun", "curly") if female else ("swept", "bald", "neat"), name, "hair style")
    styles: tuple[HairStyle, ...] = (
        ("bob", "long", "ponytail", "braids", "wavy") if female else ("spiky", "neat", "messy", "fringe")
    )
    return choice(styles, name, "hair style")


def _hair_colour(text: str, name: str, age: Age, species: str) -> Colour:
    if species not in {"human", "alien"}:
        return _animal_colour(text, name)
    about_hair = " ".join(
        re.findall(r"[^,.;]*\b(?:hair|braids?|ponytail|pigtails|bun|bob|curls|beard)\b", text)
    ).replace("gray", "grey")
    about_hair = re.sub(r"\w+ (?:skin|eyes)", "", about_hair).replace("blond ", "blonde ")
    found = [
        (about_hair.rfind(colour), -len(colour), colour)
        for colour in HAIR_COLOURS
        if re.search(rf"\b{colour}\b", about_hair)
    ]
    if found:
        # of `dark brown` and `brown` the longer one
        return HAIR_COLOURS[min(found, key=lambda item: item[1])[2]]
    if age == "old":
        return HAIR_COLOURS[choice(("white", "grey", "silver"), name, "hair")]
    return HAIR_COLOURS[choice(("black", "dark brown", "brown", "auburn", "blonde"), name, "hair")]


def _animal_colour(text: str, name: str) -> Colour:
    body = re.sub(r"\w+ (?:eyes|collar|scarf|bell|bow|ribbon|hat|cap)", "", text)
    found = re.search(rf"\b({COLOUR_NAMES})\b", body)
    return NAMED[found[1]] if found else NAMED[choice(("grey", "brown", "orange", "white"), name, "coat")]


def _eyes(text: str, name: str) -> Colour:
    found = re.search(r"\b(brown|dark|green|blue|grey|gray|hazel|amber)[\w ,-]{0,12}eyes?\b", text)
    colour = found[1].replace("gray", "grey") if found else choice(tuple(EYE_COLOURS), name, "eyes")
    return EYE_COLOURS[colour]


def _top(text: str, name: str, *, female: bool) -> Top:
    for words, top in TOPS:
        if re.search(rf"\b(?:{words})", text):
            return top
    tops: tuple[Top, ...] = (
        ("sweater", "jacket", "shirt", "hoodie", "dress") if female else ("sweater", "jacket", "shirt", "hoodie")
    )
    return choice(tops, name, "top")


def _colour_before(text: str, nouns: str) -> Colour | None:
    """Return the colour that stands right before one of the nouns (`a red knitted scarf`)."""
    found = re.search(rf"\b({COLOUR_NAMES})\b(?:[ -](?!and\b)\w+){{0,2}}[ -]{nouns}", text)
    return NAMED[found[1]] if found else None
