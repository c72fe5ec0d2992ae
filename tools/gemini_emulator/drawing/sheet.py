"""A character's sheet: full figure, head close-ups, colours, and the name in letters."""

from PIL import Image, ImageDraw

from tools.gemini_emulator.drawing.actor import Actor, draw_actor, draw_portrait
from tools.gemini_emulator.drawing.canvas import Canvas
from tools.gemini_emulator.drawing.colours import PAPER, rgb
from tools.gemini_emulator.drawing.creatures import heads_of
from tools.gemini_emulator.drawing.curves import ellipse, rounded_box
from tools.gemini_emulator.drawing.expressions import EXPRESSIONS, NEUTRAL
from tools.gemini_emulator.drawing.lettering import draw_block, printable, wrapped
from tools.gemini_emulator.drawing.look import Look
from tools.gemini_emulator.drawing.pen import Pen

GROUND = rgb(0xECE6D8, 232)
BACKDROP = rgb(0xE4EDF2, 226)
INK_RGB = (27, 23, 32)
NAME_HEIGHT = 0.1
# Half of what there is beside the close-ups, as a part of the width; and of a creature, in its heads.
HALF_WIDTH, WIDEST_CREATURE = 0.25, 1.15


def draw_sheet(look: Look, size: tuple[int, int], *, is_comic: bool) -> Image.Image:
    """Return the sheet of a character: front view in full, and the head in three moods."""
    width, height = size
    canvas = Canvas(size, PAPER)
    pen = Pen(canvas, line_px=2.0)
    floor = height * (0.97 - NAME_HEIGHT)
    is_tall = height >= width
    figure_x = width * 0.32 if is_tall else width * 0.26
    pen.fill(ellipse(figure_x, height * 0.45, width * (0.29 if is_tall else 0.2), height * 0.34), BACKDROP)
    adult = (floor - height * 0.09) / max(look.height * 1.04, 0.72)
    if not look.is_human:
        # arms and tails need their width beside the close-ups
        adult = min(adult, width * HALF_WIDTH / WIDEST_CREATURE * heads_of(look.species) / look.height)
    draw_actor(canvas, Actor(look, figure_x, floor, adult, "stand", NEUTRAL, turn=0.12), 2.2)
    _draw_heads(canvas, look, size, is_tall=is_tall)
    _draw_swatches(pen, look, size)
    picture = canvas.printed_as_comic() if is_comic else canvas.printed_as_manga()
    _letter_name(picture, look.name, size)
    return picture


def _draw_heads(canvas: Canvas, look: Look, size: tuple[int, int], *, is_tall: bool) -> None:
    """The head from the front, and to the sides with other feelings, in frames."""
    width, height = size
    frames = 3
    side = height * (0.97 - NAME_HEIGHT - 0.12) / frames
    left = width * 0.64 if is_tall else width * 0.6
    wide = min(width * 0.33, side * 1.15)
    faces = ((EXPRESSIONS["happy"], 0.0), (EXPRESSIONS["surprised"], 0.45), (EXPRESSIONS["determined"], -0.45))
    for index, (expression, turn) in enumerate(faces):
        top = height * 0.05 + index * (side + height * 0.015)
        frame = Canvas((round(wide), round(side)), BACKDROP if index % 2 else PAPER)
        head = side * (0.56 if look.is_human else 0.52)
        flip = turn < 0
        draw_portrait(Pen(frame, wide / 2, side * 0.52, head, flip, line_px=2.0), look, expression, abs(turn))
        canvas.paste(frame, (round(left), round(top)))
        Pen(canvas, line_px=2.0).line(
            [*rounded_box(left, top, left + wide, top + side, 4), (left + wide - 4, top)], 1.3
        )


def _draw_swatches(pen: Pen, look: Look, size: tuple[int, int]) -> None:
    width, height = size
    body = (look.skin, look.hair, look.top_colour, look.bottom_colour) if look.is_human else (look.hair, look.eyes)
    colours = (*body, look.accent) if look.species != "robot" else (look.top_colour, look.accent)
    for index, colour in enumerate(dict.fromkeys(colours)):
        pen.shape(
            rounded_box(
                width * 0.035,
                height * (0.05 + index * 0.052),
                width * 0.035 + 26,
                height * (0.05 + index * 0.052) + 26,
                6,
            ),
            colour,
            0.8,
        )


def _letter_name(picture: Image.Image, name: str, size: tuple[int, int]) -> None:
    width, height = size
    draw = ImageDraw.Draw(picture)
    ink = 0 if picture.mode == "L" else INK_RGB
    text = printable(name)
    pixels = round(height * 0.058)
    block = wrapped(text, pixels, width * 0.92)
    while len(block.lines) > 1 and pixels > 14:  # noqa: PLR2004 - smaller is not readable
        pixels -= 2
        block = wrapped(text, pixels, width * 0.92)
    draw_block(draw, block, width / 2, height * (1 - NAME_HEIGHT / 2) - block.height / 2, ink)
