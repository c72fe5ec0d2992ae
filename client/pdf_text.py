"""Text on a PDF page, in any script.

A PDF's built-in fonts know Latin-1 only. Such text stays text; any other is drawn as an image with a font of
this machine that has its letters. A letter that no font here has becomes a question mark.
"""

import unicodedata
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import XPos, YPos
from PIL import Image, ImageDraw, ImageFont

from client.comic_layout import Box
from client.safe_text import one_line

_POINTS_A_MM = 72 / 25.4
_PIXELS_A_MM = 12
_SMALLEST_POINTS = 7.0
_LONGEST_TEXT = 400
_FONT_FOLDER = Path(__file__).resolve().parents[1] / "node_modules" / "@fontsource"
_FONT_FILES = (
    "NotoSansCJK-Regular.ttc",
    "NotoSans-Regular.ttf",
    "DejaVuSans.ttf",
    "Arial Unicode.ttf",
    "arial.ttf",
    "PingFang.ttc",
    "YuGothM.ttc",
    "msyh.ttc",
    "malgun.ttf",
    "Nirmala.ttf",
    str(_FONT_FOLDER / "noto-sans/files/noto-sans-cyrillic-400-normal.woff2"),
    str(_FONT_FOLDER / "noto-sans/files/noto-sans-greek-400-normal.woff2"),
    str(_FONT_FOLDER / "noto-sans/files/noto-sans-devanagari-400-normal.woff2"),
    str(_FONT_FOLDER / "noto-sans-arabic/files/noto-sans-arabic-arabic-400-normal.woff2"),
    str(_FONT_FOLDER / "noto-sans-hebrew/files/noto-sans-hebrew-hebrew-400-normal.woff2"),
    str(_FONT_FOLDER / "kosugi-maru/files/kosugi-maru-japanese-400-normal.woff2"),
    str(_FONT_FOLDER / "jua/files/jua-korean-400-normal.woff2"),
)
"""By name where the system keeps its fonts, and by path where this repository has them installed."""
_NO_CHARACTER = "\U0010ffff"


def write_line(pdf: FPDF, text: str, room: Box, *, points: float, bold: bool = False) -> None:
    """Write one line in the middle of `room`; it is made smaller, and then shorter, until it fits."""
    text = one_line(text)[:_LONGEST_TEXT]
    if _is_latin1(text):
        _write_latin1(pdf, text, room, points, bold)
    elif text:
        _draw(pdf, text, room, points)


def _is_latin1(text: str) -> bool:
    try:
        text.encode("latin-1")
    except UnicodeEncodeError:
        return False
    return True


def _write_latin1(pdf: FPDF, text: str, room: Box, points: float, bold: bool) -> None:
    pdf.set_font("Helvetica", style="B" if bold else "", size=points)
    fitting = points * min(1.0, 0.98 * room.width / max(pdf.get_string_width(text), 0.1))
    pdf.set_font_size(max(fitting, _SMALLEST_POINTS))
    if fitting < _SMALLEST_POINTS:
        while text and pdf.get_string_width(f"{text}...") > 0.98 * room.width:
            text = text[:-1]
        text = f"{text}..."
    pdf.set_xy(room.x, room.y)
    pdf.cell(room.width, room.height, text, align="C", new_x=XPos.LEFT, new_y=YPos.NEXT)


def _draw(pdf: FPDF, text: str, room: Box, points: float) -> None:
    image = draw_text(text, height_px=round(points / _POINTS_A_MM * _PIXELS_A_MM))
    scale = min(1.0, room.width * _PIXELS_A_MM / image.width, room.height * _PIXELS_A_MM / image.height)
    width, height = (side * scale / _PIXELS_A_MM for side in image.size)
    content = BytesIO()
    image.save(content, "PNG")
    x, y = room.x + (room.width - width) / 2, room.y + (room.height - height) / 2
    pdf.image(content, x=x, y=y, w=width, h=height, alt_text=text)


def draw_text(text: str, height_px: int) -> Image.Image:
    """Return the text in black on white, each stretch of it in a font that has its letters."""
    stretches = [(font, "".join(letters)) for font, letters in _by_font(text, _fonts(height_px))]
    width = sum(font.getlength(letters) for font, letters in stretches)
    image = Image.new("L", (max(round(width), 1), 2 * height_px), 255)
    draw = ImageDraw.Draw(image)
    x = 0.0
    for font, letters in stretches:
        draw.text((x, round(1.4 * height_px)), letters, font=font, fill=0, anchor="ls")
        x += font.getlength(letters)
    return image


def _by_font(
    text: str, fonts: tuple[ImageFont.FreeTypeFont, ...]
) -> Iterator[tuple[ImageFont.FreeTypeFont, list[str]]]:
    """Yield the text in stretches of one font each: the one that has most of it, or the first that has a letter."""
    main = max(fonts, key=lambda font: sum(_has(font, letter) for letter in set(text)))
    stretch: tuple[ImageFont.FreeTypeFont, list[str]] = (main, [])
    for letter in text:
        if unicodedata.category(letter).startswith("M"):
            stretch[1].append(letter)  # a mark is drawn with the letter that bears it
            continue
        font = main if _has(main, letter) else next((font for font in fonts if _has(font, letter)), None)
        if font is not None and font is not stretch[0]:
            if stretch[1]:
                yield stretch
            stretch = (font, [])
        stretch[1].append(letter if font else "?")
    yield stretch


@cache
def _fonts(height_px: int) -> tuple[ImageFont.FreeTypeFont, ...]:
    found: list[ImageFont.FreeTypeFont] = []
    for file in _FONT_FILES:
        try:
            found.append(ImageFont.truetype(file, height_px))
        except OSError:
            continue  # not every machine has every font
    built_in = ImageFont.load_default(height_px)
    if isinstance(built_in, ImageFont.FreeTypeFont):
        found.append(built_in)
    return tuple(found)


def _has(font: ImageFont.FreeTypeFont, character: str) -> bool:
    return character.isspace() or _mask(font, character) != _mask(font, _NO_CHARACTER)


@cache
def _mask(font: ImageFont.FreeTypeFont, character: str) -> bytes:
    image = Image.new("L", (font.size.__ceil__() * 3, font.size.__ceil__() * 2))
    ImageDraw.Draw(image).text((0, 0), character, font=font, fill=255)
    return image.tobytes()
