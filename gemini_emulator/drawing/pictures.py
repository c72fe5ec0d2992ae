"""The two pictures there are: a character's sheet, and a panel."""

from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from gemini_emulator.prompt import Prompt, text_of


def draw_character_sheet(prompt: Prompt, size: tuple[int, int]) -> bytes:
    """Return the sheet of a character as PNG."""
    return _labelled(size, text_of(prompt.object("character"), "name"))


def draw_panel(prompt: Prompt, size: tuple[int, int]) -> bytes:
    """Return a panel as PNG."""
    return _labelled(size, text_of(prompt.object("panel"), "sceneDescription"))


def _labelled(size: tuple[int, int], label: str) -> bytes:
    image = Image.new("L", size, 255)
    ImageDraw.Draw(image).multiline_text((20, 20), label, fill=0, font=ImageFont.load_default(18))
    buffer = BytesIO()
    image.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()
