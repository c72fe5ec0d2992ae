"""A note on a storyboard: what the reader wants, where the drawing itself can't show it."""

from PIL import Image, ImageDraw

from tools.gemini_emulator.drawing.lettering.text import draw_block, ink_for, wrapped

TEXT_PX, MARGIN_PX, PADDING_PX = 15, 14, 8
WIDEST, LONGEST = 0.4, 80


def draw_note(picture: Image.Image, note: str, detail: int) -> None:
    """Draw a note into the lower left corner; nothing without a text."""
    if not note:
        return
    block = wrapped(
        note if len(note) <= LONGEST else f"{note[:LONGEST].rstrip()}…", TEXT_PX, picture.width / detail * WIDEST
    )
    left, bottom = MARGIN_PX, picture.height / detail - MARGIN_PX
    right, top = left + block.width + 2 * PADDING_PX, bottom - block.height - 2 * PADDING_PX
    draw = ImageDraw.Draw(picture)
    yellow = 255 if picture.mode == "L" else (255, 240, 150)
    box = (left * detail, top * detail, right * detail, bottom * detail)
    draw.rectangle(box, fill=yellow, outline=ink_for(draw), width=2 * detail)
    draw_block(draw, block, (left + right) / 2, top + PADDING_PX, detail)
