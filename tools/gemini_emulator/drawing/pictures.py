"""The two kinds of picture, a character's sheet and a panel, as small PNGs, and their sizes."""

from io import BytesIO

from PIL import Image
from pydantic import JsonValue

from tools.gemini_emulator.drawing.faces import part_of
from tools.gemini_emulator.drawing.ink.canvas import mapped
from tools.gemini_emulator.drawing.lettering.text import printable
from tools.gemini_emulator.drawing.panel import draw_stage
from tools.gemini_emulator.drawing.people.look import look_of, worn_in
from tools.gemini_emulator.drawing.sheet import draw_sheet
from tools.gemini_emulator.drawing.staging import stage_of
from tools.gemini_emulator.drawn_with import DrawnWith, file_notes
from tools.gemini_emulator.prompt import Prompt, text_of
from tools.gemini_emulator.wire.errors import invalid_argument

MANGA_GREYS, COMIC_COLOURS = 16, 96
LONG_SIDE_PX = 768
RATIOS = ("1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9")


DETAILS = {"1K": 1, "2K": 2, "4K": 4}


def draw_character_sheet(prompt: Prompt, size: tuple[int, int], detail: int = 1) -> bytes:
    character = prompt.object("character")
    name, description = text_of(character, "name"), text_of(character, "physicalDescription")
    look = look_of(name, worn_in(" ".join(prompt.wishes)) + description)
    before = look_of(name, worn_in(" ".join(prompt.wishes[1:])) + description)
    sheet = draw_sheet(
        look,
        size,
        is_comic=prompt.text("style") == "comic",
        style_text=prompt.text("style-text"),
        note=printable(prompt.text("instructions")) if prompt.current is not None and look == before else "",
        detail=detail,
    )
    return encode(sheet, _drawn(prompt))


def draw_panel(prompt: Prompt, size: tuple[int, int], detail: int = 1) -> bytes:
    return encode(draw_stage(stage_of(prompt, size, detail)), _drawn(prompt))


def planned_faces(prompt: Prompt, panel: dict[str, JsonValue]) -> list[JsonValue]:
    """Return where the faces of a panel will be when it is drawn: the parts of the picture, from its breakdown."""
    cast = prompt.sections.get("characters")
    sections: dict[str, JsonValue] = {
        "panel": panel,
        "cast": cast,
        "setting": prompt.sections.get("setting"),
        "style": prompt.sections.get("style"),
        "lettering": {"drawn": False},
    }
    size = picture_size(None, "4:3")
    actors = stage_of(Prompt("panel", sections, ""), size).actors
    return [{"name": actor.look.name, "part": part_of(actor.head_middle, size)} for actor in actors]


def _drawn(prompt: Prompt) -> DrawnWith:
    return DrawnWith(prompt.layout, tuple(prompt.wishes))


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


def detail_of(image_size: str | None) -> int:
    """Return how many times larger than LONG_SIDE_PX a picture is drawn.

    Raises:
        GoogleError: there is no such size.
    """
    if (image_size or "1K") not in DETAILS:
        raise invalid_argument(f"Unsupported image size {image_size!r}: use one of {', '.join(DETAILS)}.")
    return DETAILS[image_size or "1K"]


def encode(picture: Image.Image, drawn: DrawnWith | None = None) -> bytes:
    """Return PNG bytes: 16 greys for mode L, a palette for RGB."""
    if picture.mode == "L":
        small, bits = mapped(picture, [round(value / 255 * (MANGA_GREYS - 1)) for value in range(256)]), 4
        small.putpalette([value * 17 for value in range(MANGA_GREYS) for _ in range(3)])
    else:
        small, bits = picture.quantize(COMIC_COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE), 8
    buffer = BytesIO()
    small.save(buffer, "PNG", compress_level=7, bits=bits, pnginfo=file_notes(drawn or DrawnWith()))
    return buffer.getvalue()
