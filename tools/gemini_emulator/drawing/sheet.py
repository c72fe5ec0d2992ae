"""A character's sheet: the full figure, the head in three moods, the colours, and the name."""

from PIL import Image, ImageDraw

from tools.gemini_emulator.drawing.ink.canvas import Canvas
from tools.gemini_emulator.drawing.ink.colours import PAPER, rgb
from tools.gemini_emulator.drawing.ink.curves import ellipse, rounded_box
from tools.gemini_emulator.drawing.ink.finishes import finish_for
from tools.gemini_emulator.drawing.ink.pen import Pen
from tools.gemini_emulator.drawing.lettering.note import draw_note
from tools.gemini_emulator.drawing.lettering.text import draw_block, printable, wrapped
from tools.gemini_emulator.drawing.people.actor import Actor, draw_actor, draw_portrait
from tools.gemini_emulator.drawing.people.expressions import EXPRESSIONS, NEUTRAL
from tools.gemini_emulator.drawing.people.look import Look

BACKDROP = rgb(0xE4EDF2, 226)
NAME_HEIGHT, SMALLEST_NAME_PX = 0.1, 14
# Half of the room beside the close-ups, as a part of the width; and half of a creature's width, in its heads.
HALF_WIDTH, WIDEST_CREATURE = 0.25, 1.15
MOODS = ((EXPRESSIONS["happy"], 0.0), (EXPRESSIONS["surprised"], 0.45), (EXPRESSIONS["determined"], -0.45))


def draw_sheet(
    look: Look, size: tuple[int, int], *, is_comic: bool, style_text: str = "", note: str = "", detail: int = 1
) -> Image.Image:
    """Return the sheet; `detail` is how many times larger than `size` it is drawn."""
    width, height = size
    is_tall = height >= width
    canvas = Canvas(size, PAPER, detail)
    pen = Pen(canvas)
    floor = height * (0.97 - NAME_HEIGHT)
    x = width * (0.32 if is_tall else 0.26)
    pen.fill(ellipse(x, height * 0.45, width * (0.29 if is_tall else 0.2), height * 0.34), BACKDROP)
    adult = (floor - height * 0.09) / max(look.height * 1.04, 0.72)
    if not look.is_human:
        # arms and tails need their width beside the close-ups
        adult = min(adult, width * HALF_WIDTH / WIDEST_CREATURE * look.heads / look.height)
    draw_actor(canvas, Actor(look, x, floor, adult, "stand", NEUTRAL, turn=0.12), 2.2)
    _draw_heads(canvas, look, size, left=width * (0.64 if is_tall else 0.6))
    _draw_swatches(pen, look, size)
    finish = finish_for(style_text)
    picture = canvas.printed(is_comic=is_comic, finish=finish)
    _letter_name(picture, look.name, size, detail, None if finish is None else finish.ink)
    draw_note(picture, note, detail)
    return picture


def _draw_heads(canvas: Canvas, look: Look, size: tuple[int, int], left: float) -> None:
    """Draw the head in frames: from the front and from the sides, each with another feeling."""
    width, height = size
    high = height * (0.97 - NAME_HEIGHT - 0.12) / len(MOODS)
    wide = min(width * 0.33, high * 1.15)
    for index, (expression, turn) in enumerate(MOODS):
        top = height * 0.05 + index * (high + height * 0.015)
        frame = Canvas((round(wide), round(high)), BACKDROP if index % 2 else PAPER, canvas.detail)
        head = high * (0.56 if look.is_human else 0.52)
        draw_portrait(Pen(frame, wide / 2, high * 0.52, head, turn < 0), look, expression, abs(turn))
        canvas.paste(frame, (round(left), round(top)))
        outline = rounded_box(left, top, left + wide, top + high, 4)
        Pen(canvas).line([*outline, outline[0]], 1.3)


def _draw_swatches(pen: Pen, look: Look, size: tuple[int, int]) -> None:
    width, height = size
    colours = (look.hair, look.eyes, look.accent)
    if look.is_human:
        colours = (look.skin, look.hair, look.top_colour, look.bottom_colour, look.accent)
    elif look.species == "robot":
        colours = (look.top_colour, look.accent)
    for index, colour in enumerate(dict.fromkeys(colours)):
        x, y = width * 0.035, height * (0.05 + index * 0.052)
        pen.shape(rounded_box(x, y, x + 26, y + 26, 6), colour, 0.8)


def _letter_name(
    picture: Image.Image, name: str, size: tuple[int, int], detail: int, ink: tuple[int, int, int] | None
) -> None:
    width, height = size
    pixels = round(height * 0.058)
    block = wrapped(printable(name), pixels, width * 0.92)
    while len(block.lines) > 1 and pixels > SMALLEST_NAME_PX:
        pixels -= 2
        block = wrapped(printable(name), pixels, width * 0.92)
    draw_block(
        ImageDraw.Draw(picture), block, width / 2, height * (1 - NAME_HEIGHT / 2) - block.height / 2, detail, ink
    )
