"""The place behind the figures: one painter for each kind of place."""

from collections.abc import Callable

from tools.gemini_emulator.drawing import indoors, outdoors
from tools.gemini_emulator.drawing.pen import Pen
from tools.gemini_emulator.drawing.place_setting import Setting
from tools.gemini_emulator.story.lexicon.places import PlaceKind

type Painter = Callable[[Pen, Setting], None]


def draw_backdrop(pen: Pen, kind: PlaceKind, setting: Setting) -> None:
    """Paint the place."""
    PAINTERS[kind](pen, setting)


PAINTERS: dict[PlaceKind, Painter] = {
    "boat": outdoors.draw_boat,
    "cafe": indoors.draw_cafe,
    "castle": indoors.draw_castle,
    "cave": indoors.draw_cave,
    "city": outdoors.draw_city,
    "desert": outdoors.draw_desert,
    "field": outdoors.draw_field,
    "forest": outdoors.draw_forest,
    "hill": outdoors.draw_hill,
    "hospital": indoors.draw_hospital,
    "kitchen": indoors.draw_kitchen,
    "lab": indoors.draw_lab,
    "library": indoors.draw_library,
    "lighthouse": outdoors.draw_lighthouse,
    "market": outdoors.draw_market,
    "mountain": outdoors.draw_mountain,
    "office": indoors.draw_office,
    "park": outdoors.draw_park,
    "river": outdoors.draw_river,
    "rooftop": outdoors.draw_rooftop,
    "room": indoors.draw_room,
    "school": indoors.draw_school,
    "sea": outdoors.draw_sea,
    "sky": outdoors.draw_sky,
    "space": outdoors.draw_space,
    "spaceship": indoors.draw_spaceship,
    "stage": indoors.draw_stage,
    "temple": outdoors.draw_temple,
    "train": indoors.draw_train,
    "underwater": outdoors.draw_underwater,
    "village": outdoors.draw_village,
    "workshop": indoors.draw_workshop,
}
