"""Draws a planned panel."""

from PIL import Image, ImageDraw

from tools.gemini_emulator.drawing.effects import Area, draw_effect, draw_weather
from tools.gemini_emulator.drawing.ink.canvas import Canvas
from tools.gemini_emulator.drawing.ink.colours import PAPER
from tools.gemini_emulator.drawing.ink.finishes import finish_for
from tools.gemini_emulator.drawing.ink.pen import Pen
from tools.gemini_emulator.drawing.lettering.bubbles import draw_bubble
from tools.gemini_emulator.drawing.lettering.note import draw_note
from tools.gemini_emulator.drawing.lettering.text import draw_block, ink_for
from tools.gemini_emulator.drawing.people.actor import draw_actor
from tools.gemini_emulator.drawing.places.backdrop import draw_backdrop
from tools.gemini_emulator.drawing.places.scenery import Setting
from tools.gemini_emulator.drawing.staging import Stage
from tools.gemini_emulator.story.lexicon.places import INDOORS

BORDER_PX = 5
# Without figures the place itself is the picture, so more of it has to show.
EMPTY_HORIZON = 0.55
# Where the floor of a room begins, below the horizon, within limits; in heights of the picture.
FLOOR, HIGHEST_FLOOR, LOWEST_FLOOR = 0.12, 0.3, 0.86
LINES_PX = {"wide": 1.7, "full": 2.0, "medium": 2.5, "close": 3.1, "extreme": 4.2}
ZOOMS = {"close": 1.5, "extreme": 2.2, "medium": 1.12}
# In close shots the place is lightened, as if out of focus.
FADES = {"close": 0.55, "extreme": 0.8}


def draw_stage(stage: Stage) -> Image.Image:
    canvas = Canvas(stage.size, PAPER, stage.detail)
    area = _area(stage)
    _draw_place(canvas, stage)
    _dim_place(canvas, stage)
    back = Pen(canvas, line_px=1.8)
    draw_weather(back, stage.weather, area, in_front=False)
    draw_effect(back, stage.effect, area)
    # the speaker stands before the others
    for actor in reversed(stage.actors):
        draw_actor(canvas, actor, LINES_PX[stage.framing.shot])
    draw_weather(back, stage.weather, area, in_front=True)
    if stage.bubble:
        draw_bubble(Pen(canvas), stage.bubble)
    picture = canvas.printed(is_comic=stage.is_comic, finish=finish_for(stage.style_text))
    draw = ImageDraw.Draw(picture)
    if stage.bubble:
        x, y = stage.bubble.middle
        draw_block(draw, stage.bubble.block, x, y - stage.bubble.block.height / 2, stage.detail)
    draw_note(picture, stage.note, stage.detail)
    corner = picture.width - 1, picture.height - 1
    draw.rectangle((0, 0, *corner), outline=ink_for(draw), width=BORDER_PX * stage.detail)
    return picture


def _draw_place(canvas: Canvas, stage: Stage) -> None:
    width, height = stage.size
    zoom = ZOOMS.get(stage.framing.shot, 1.0)
    horizon = stage.framing.horizon if stage.actors else max(stage.framing.horizon, EMPTY_HORIZON)
    x, y = width / 2 * (1 - zoom), horizon * height * (1 - zoom)
    if stage.place in INDOORS:
        horizon = min(max(horizon + FLOOR, HIGHEST_FLOOR), LOWEST_FLOOR)
    # the same place looks the same in all panels
    setting = Setting(width, height, horizon * height, stage.daytime, stage.weather, stage.place)
    draw_backdrop(Pen(canvas, x, y, zoom, line_px=1.5), stage.place, setting)


def _dim_place(canvas: Canvas, stage: Stage) -> None:
    """Darken the place at night and in bad weather; a room with lamps less."""
    if stage.framing.shot in FADES:
        canvas.veil(FADES[stage.framing.shot])
    is_outdoors = stage.place not in INDOORS
    if stage.daytime == "night":
        canvas.dim(0.8 if is_outdoors else 0.74)
    elif stage.weather in {"storm", "rain"} and is_outdoors:
        canvas.dim(0.82)
    elif stage.daytime == "dusk":
        canvas.dim(0.92)


def _area(stage: Stage) -> Area:
    """Return where effects are drawn: around the speaker, or around the middle of the picture."""
    width, height = stage.size
    middle, calm = (width / 2, height / 2), min(width, height) * 0.34
    if stage.actors:
        middle, calm = stage.actors[0].head_middle, max(stage.actors[0].head_px * 1.1, calm)
    return Area(width, height, middle, calm, stage.seed)
