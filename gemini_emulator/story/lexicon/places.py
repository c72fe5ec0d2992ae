"""Kinds of place, the words that show them, and how a scene there is named."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

type PlaceKind = Literal[
    "forest", "city", "sea", "boat", "room", "kitchen", "school", "space", "spaceship", "mountain", "desert", "village",
    "castle", "cafe", "train", "park", "cave", "library", "lab", "river", "field", "rooftop", "workshop", "stage",
    "temple", "sky", "underwater", "hill", "lighthouse", "market", "office", "hospital",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """A kind of place: how it is called in a sentence, and the words (lower case) that show it."""

    kind: PlaceKind
    phrase: str
    words: str


PLACES: tuple[Place, ...] = (
    Place("lighthouse", "at the lighthouse", "lighthouse lantern-room 灯台 faro phare leuchtturm маяк מגדלור منارة"),
    Place("spaceship", "aboard the spaceship", "spaceship starship airlock cockpit space-station orbiter shuttle bridge-deck "
          "engine-room spacecraft capsule pod hull 宇宙船 звездолет raumschiff"),
    Place("space", "in outer space", "space orbit asteroid galaxy moon-base comet planet planets mars nebula stars-below "
          "宇宙 космос פלנטה خلال-الفضاء الفضاء"),
    Place("underwater", "under water", "underwater seabed reef seafloor coral submarine dived 海底"),
    Place("boat", "on the boat", "boat deck ship ferry sailboat rowboat mast sail raft canoe 船 barco bateau лодка корабль"),
    Place("sea", "by the sea", "sea ocean beach shore harbour harbor pier waves coast bay dock docks island tide cliff cliffs "
          "seaside sand-dunes wharf quay 海 浜 港 mar playa puerto mer meer strand море пляж ים חוף بحر شاطئ البحر الشاطئ θάλασσα"),
    Place("forest", "in the forest", "forest woods wood jungle trees grove pines oak clearing undergrowth thicket 森 林 bosque "
          "selva forêt wald лес יער غابة الغابة δάσος"),
    Place("temple", "at the temple", "temple shrine monastery pagoda church cathedral altar chapel 寺 神社 templo église храм"),
    Place("castle", "in the castle", "castle palace throne tower dungeon fortress kingdom keep drawbridge 城 castillo château "
          "schloss burg замок טירה قصر قلعة"),
    Place("cave", "in the cave", "cave cavern tunnel tunnels mine mineshaft grotto underground 洞窟 cueva grotte höhle пещера מערה كهف"),
    Place("library", "in the library", "library bookshop bookstore shelves archive 図書館 biblioteca bibliothèque bibliothek "
          "библиотека ספרייה مكتبة المكتبة"),
    Place("lab", "in the laboratory", "laboratory lab scientist experiment test-tube 実験室 laboratorio лаборатория"),
    Place("hospital", "in the hospital", "hospital clinic ward nurse 病院 больница hôpital"),
    Place("workshop", "in the workshop", "workshop garage forge tools workbench junkyard scrapyard factory smithy 工場 工房 taller "
          "atelier werkstatt мастерская"),
    Place("stage", "on the stage", "stage theatre theater audience spotlight concert backstage auditorium 舞台 театр"),
    Place("school", "at school", "school classroom teacher class homework blackboard chalkboard pupils lesson schoolyard "
          "principal exam corridor gymnasium canteen cafeteria 学校 教室 escuela école schule школа урок בית-ספר כיתה مدرسة المدرسة"),
    Place("cafe", "in the café", "café cafe restaurant diner bakery coffee teahouse noodle-shop ramen tavern inn pub bar "
          "喫茶店 cafetería кафе בית-קפה مقهى"),
    Place("market", "at the market", "market stall stalls bazaar shop shopkeeper fair 市場 店 mercado marché markt рынок שוק سوق السوق"),
    Place("train", "on the train", "train railway carriage platform station subway metro compartment 駅 電車 列車 tren gare "
          "zug bahnhof поезд вокзал רכבת قطار القطار"),
    Place("kitchen", "in the kitchen", "kitchen stove oven sink cooking saucepan 台所 cocina cuisine küche кухня מטבח مطبخ"),
    Place("office", "in the office", "office desk-job computer-screen meeting-room boss cubicle 会社 oficina bureau büro офис משרד"),
    Place("rooftop", "on the rooftop", "rooftop roof rooftops skylight 屋上 tejado azotea крыша גג سطح"),
    Place("mountain", "in the mountains", "mountain mountains summit peak glacier ridge valley snowfield avalanche 山 montaña "
          "montagne berg гора горы הר جبل الجبل βουνό"),
    Place("desert", "in the desert", "desert dunes dune oasis camel cactus 砂漠 desierto désert wüste пустыня מדבר صحراء الصحراء"),
    Place("river", "by the river", "river riverbank stream creek lake pond waterfall canal 川 湖 río rivière fluss река озеро "
          "נהר نهر النهر ποτάμι"),
    Place("park", "in the park", "park garden playground bench fountain greenhouse flowerbed 公園 庭 parque jardín jardin parc "
          "парк сад פארק גן حديقة الحديقة"),
    Place("field", "in the fields", "field fields farm meadow barn wheat orchard pasture prairie tractor 畑 野原 campo champ feld "
          "поле שדה حقل"),
    Place("hill", "on the hill", "hill hills hilltop hillside 丘 colina colline hügel холм גבעה تل"),
    Place("sky", "in the sky", "sky clouds airship balloon airplane flying-machine wings 空 cielo ciel himmel небо שמיים سماء"),
    Place("village", "in the village", "village hamlet cottage cottages well windmill 村 pueblo aldea dorf деревня כפר قرية القرية"),
    Place("city", "in the city", "city street streets town traffic skyscraper alley pavement sidewalk downtown bus tram "
          "neighbourhood neighborhood crosswalk taxi square bridge 街 町 都市 道 ciudad calle ville rue stadt straße город улица "
          "עיר רחוב مدينة شارع المدينة الشارع πόλη"),
    Place("room", "in the room", "room bedroom house home apartment window bed sofa door attic hallway living-room lamp fireplace "
          "stairs basement parlour armchair pillow 部屋 家 casa habitación maison chambre haus zimmer дом комната בית חדר بيت غرفة "
          "البيت الغرفة σπίτι"),
)  # fmt: skip

BY_KIND = {place.kind: place for place in PLACES}

INDOORS: frozenset[PlaceKind] = frozenset(
    {"room", "kitchen", "school", "spaceship", "castle", "cafe", "train", "cave", "library", "lab", "workshop", "stage",
     "office", "hospital"}
)  # fmt: skip

# Words that name a thing in a place more often than the place itself: they count, but less.
WEAK_WORDS = frozenset(
    "door window bed lamp trees wood stars planet well sail bench tools class square bridge bar tower deck ship wings sky clouds "
    "stairs hill coffee island desk sink pod hull keep home teacher shop sand stage platform field stream".split()
)


@cache
def _pattern(place: Place) -> re.Pattern[str]:
    words = "|".join(re.escape(word).replace(r"\-", "[ -]") for word in place.words.split())
    return re.compile(rf"(?<![^\W\d_])(?:{words})(?:s|es)?(?![^\W\d_])|{_unspaced(place)}", re.IGNORECASE)


def _unspaced(place: Place) -> str:
    """Words of scripts that are written without spaces match anywhere."""
    words = [word for word in place.words.split() if word[0] > "\u3000"]
    return "|".join(words) if words else r"(?!)"


def count_places(text: str) -> dict[PlaceKind, float]:
    """Return how strongly a text speaks of each kind of place; kinds that are not there are left out."""
    weights: dict[PlaceKind, float] = {}
    for place in PLACES:
        for match in _pattern(place).finditer(text):
            weights[place.kind] = weights.get(place.kind, 0.0) + (0.4 if match[0].lower() in WEAK_WORDS else 1.0)
    return weights


def find_place(text: str) -> PlaceKind | None:
    """Return the kind of place that a text speaks of most, if any."""
    weights = count_places(text)
    return max(weights, key=lambda kind: weights[kind]) if weights else None


def first_word_of(kind: PlaceKind, text: str) -> str | None:
    """Return the word of the text that shows the place, as it is written there."""
    match = _pattern(BY_KIND[kind]).search(text)
    return match[0] if match else None
