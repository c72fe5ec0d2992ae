"""The two kinds of picture, a character's sheet and a panel, as small PNGs, and their sizes."""

from io import BytesIO

from PIL import Image

from tools.gemini_emulator.drawing.ink.canvas import mapped
from tools.gemini_emulator.drawing.panel import draw_stage
from tools.gemini_emulator.drawing.people.look import look_of
from tools.gemini_emulator.drawing.sheet import draw_sheet
from tools.gemini_emulator.drawing.staging import stage_of
from tools.gemini_emulator.prompt import Prompt, text_of
from tools.gemini_emulator.wire.errors import invalid_argument

MANGA_GREYS, COMIC_COLOURS = 16, 96
LONG_SIDE_PX = 768
RATIOS = ("1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9")


def draw_character_sheet(prompt: Prompt, size: tuple[int, int]) -> bytes:
    character = prompt.object("character")
    look = look_of(text_of(character, "name"), text_of(character, "physicalDescription"))
    return encode(draw_sheet(look, size, is_comic=prompt.text("style") == "comic"))


def draw_panel(prompt: Prompt, size: tuple[int, int]) -> bytes:
    return encode(draw_stage(stage_of(prompt, size)))


def picture_size(ratio: str | None, default: str) -> tuple[int, int]:
    """Return width and height in pixels: exact multiples of the ratio, with a long side of about LONG_SIDE_PX.

    Raises:
        GoogleError: the ratio is not supported.
    """
    ratio = ratio or default
    if ratio not in RATIOS:
        raise invalid_argument(f"Unsupported aspect ratio {ratio!r}: use one of {', '.join(RATIOS)}.")
    width, height = (int(side) for side in ratio.split(":"))
    unit = LONG_SIDE_PX // max(width, height) // 2 * 2
    return width * unit, height * unit


def encode(picture: Image.Image) -> bytes:
    """Return PNG bytes: 16 greys for mode L, a palette for RGB."""
    if picture.mode == "L":
        small, bits = mapped(picture, [round(value / 255 * (MANGA_GREYS - 1)) for value in range(256)]), 4
        small.putpalette([value * 17 for value in range(MANGA_GREYS) for _ in range(3)])
    else:
        small, bits = picture.quantize(COMIC_COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE), 8
    buffer = BytesIO()
    small.save(buffer, "PNG", compress_level=7, bits=bits)
    return buffer.getvalue()
