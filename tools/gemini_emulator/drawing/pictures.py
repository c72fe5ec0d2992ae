"""The two pictures there are: a character's sheet, and a panel."""

from tools.gemini_emulator.drawing.encode import encode
from tools.gemini_emulator.drawing.look import look_of
from tools.gemini_emulator.drawing.panel import draw_stage
from tools.gemini_emulator.drawing.sheet import draw_sheet
from tools.gemini_emulator.drawing.staging import stage_of
from tools.gemini_emulator.prompt import Prompt, text_of


def draw_character_sheet(prompt: Prompt, size: tuple[int, int]) -> bytes:
    """Return the sheet of a character as PNG."""
    character = prompt.object("character")
    look = look_of(text_of(character, "name"), text_of(character, "physicalDescription"))
    return encode(draw_sheet(look, size, is_comic=prompt.text("style") == "comic"))


def draw_panel(prompt: Prompt, size: tuple[int, int]) -> bytes:
    """Return a panel as PNG."""
    return encode(draw_stage(stage_of(prompt, size)))
