"""Draws a planned panel."""

from PIL import Image, ImageDraw

from tools.gemini_emulator.drawing.actor import Actor, draw_actor
from tools.gemini_emulator.drawing.backdrops import draw_backdrop
from tools.gemini_emulator.drawing.bubbles import draw_bubble
from tools.gemini_emulator.drawing.canvas import Canvas
from tools.gemini_emulator.drawing.colours import INK, PAPER
from tools.gemini_emulator.drawing.effects import draw_effect, draw_weather
from tools.gemini_emulator.drawing.lettering import draw_block
from tools.gemini_emulator.drawing.pen import Pen
from tools.gemini_emulator.drawing.place_setting import Setting
from tools.gemini_emulator.drawing.staging import Stage
from tools.gemini_emulator.story.lexicon.places import INDOORS

INK_RGB = (27, 23, 32)
BORDER_PX = 5
# Without figures the place itself is the picture, so more of it has to show.
EMPTY_HORIZON = 0.55
LINES = {"wide": 1.7, "full": 2.0, "medium": 2.5, "close": 3.1, "extreme": 4.2, "over-shoulder": 2.6}
# In close shots the place steps back: it is lightened, as if out of focus.
FADE = {"close": 0.55, "extreme": 0.8}


def draw_stage(stage: Stage) -> Image.Image:
    """Return the panel as a picture: mode L for manga, RGB for comic."""
    width, height = stage.size
    canvas = Canvas(stage.size, PAPER)
    back = Pen(canvas, line_px=1.8)
    _draw_place(canvas, stage)
    _draw_light(canvas, stage)
    draw_weather(back, stage.weather, width, height, stage.seed, in_front=False)
    draw_effect(back, stage.effect, width, height, _middle(stage), stage.seed, _calm_radius(stage))
    for actor in _back_to_front(stage):
        draw_actor(canvas, actor, LINES[stage.framing.shot])
    draw_weather(back, stage.weather, width, height, stage.seed, in_front=True)
    if stage.bubble:
        draw_bubble(Pen(canvas, line_px=2.0), stage.bubble)
    picture = canvas.printed_as_comic() if stage.is_comic else canvas.printed_as_manga()
    _draw_letters_and_border(picture, stage)
    return picture


def _draw_place(canvas: Canvas, stage: Stage) -> None:
    width, height = stage.size
    zoom = {"close": 1.5, "extreme": 2.2, "medium": 1.12, "over-shoulder": 1.12}.get(stage.framing.shot, 1.0)
    horizon = stage.framing.horizon if stage.actors else max(stage.framing.horizon, EMPTY_HORIZON)
    setting = Setting(width, height, horizon * height, stage.daytime, stage.seed, stage.weather)
    x, y = width / 2 * (1 - zoom), horizon * height * (1 - zoom)
    draw_backdrop(Pen(canvas, x, y, zoom, line_px=1.5), stage.place, setting)


def _draw_light(canvas: Canvas, stage: Stage) -> None:
    """Night and storm darken what is behind; a lamp-lit room less."""
    if stage.framing.shot in FADE:
        canvas.veil(FADE[stage.framing.shot])
    indoors = stage.place in INDOORS
    if stage.daytime == "night":
        canvas.dim(0.74 if indoors else 0.8)
    elif stage.weather in {"storm", "rain"} and not indoors:
        canvas.dim(0.82)
    elif stage.daytime == "dusk":
        canvas.dim(0.92)


def _back_to_front(stage: Stage) -> list[Actor]:
    """The speaker before the others, and before all whoever turns the back to us."""
    others_first = list(reversed(stage.actors))
    others_first.sort(key=lambda actor: actor.from_behind)
    return others_first


def _middle(stage: Stage) -> tuple[float, float]:
    if stage.speaker is None:
        return stage.size[0] / 2, stage.size[1] / 2
    return stage.speaker.head_middle


def _calm_radius(stage: Stage) -> float:
    width, height = stage.size
    if stage.speaker is None:
        return min(width, height) * 0.35
    return max(stage.speaker.head_px * 1.1, min(width, height) * 0.34)


def _draw_letters_and_border(picture: Image.Image, stage: Stage) -> None:
    width, height = stage.size
    draw = ImageDraw.Draw(picture)
    ink = INK.grey if picture.mode == "L" else INK_RGB
    if stage.bubble:
        x, y = stage.bubble.middle
        draw_block(draw, stage.bubble.block, x, y - stage.bubble.block.height / 2, ink)
    draw.rectangle((0, 0, width - 1, height - 1), outline=ink, width=BORDER_PX)
