"""Text in pictures: wrapped to a width, in runs of one font each. Letters that no font has are left out."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from PIL import ImageDraw

from tools.gemini_emulator.drawing.ink.colours import INK
from tools.gemini_emulator.drawing.lettering.fonts import Face, face_of, load

LINE_HEIGHT = 1.22
RIGHT_TO_LEFT = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uff00-\uffef]")
# A longer word is broken before it is measured, which would take too long.
_LONGEST_WORD = 80
# Letters that may not begin a line in Japanese.
NOT_AT_LINE_START = "、。\uff0c\uff0e\uff01\uff1f」』\uff09ーぁぃぅぇぉっゃゅょァィゥェォッャュョ…"


@dataclass(frozen=True, slots=True)
class Run:
    text: str
    face: Face | None


@dataclass(frozen=True, slots=True)
class TextBlock:
    """Lines of a text at a font size, with the size of the whole block in pixels."""

    lines: tuple[str, ...]
    size_px: int
    width: float
    height: float

    def enlarged(self, times: int) -> "TextBlock":
        return TextBlock(self.lines, self.size_px * times, self.width * times, self.height * times)


def printable(text: str) -> str:
    """Return the text without letters that no font can show, such as emoji, and with single spaces."""
    text = unicodedata.normalize("NFC", text)
    kept = "".join(letter for letter in text if letter.isspace() or unicodedata.combining(letter) or face_of(letter))
    return re.sub(r"\s+", " ", kept).strip()


def line_width(line: str, size_px: int) -> float:
    return sum(load(run.face, size_px).getlength(run.text) for run in _runs(line))


def wrapped(text: str, size_px: int, max_width: float) -> TextBlock:
    """Break a text into lines of at most `max_width`; a word that is longer than that is broken too."""
    lines: list[str] = []
    line = ""
    for piece in _pieces(text):
        candidate = line + piece
        if line and line_width(candidate.strip(), size_px) > max_width:
            lines.append(line.strip())
            candidate = piece.lstrip()
        while line_width(candidate.strip(), size_px) > max_width and len(candidate.strip()) > 1:
            cut = _fitting(candidate, size_px, max_width)
            lines.append(candidate[:cut].strip())
            candidate = candidate[cut:]
        line = candidate
    if line.strip():
        lines.append(line.strip())
    width = max((line_width(line, size_px) for line in lines), default=0)
    return TextBlock(tuple(lines), size_px, width, len(lines) * size_px * LINE_HEIGHT)


def draw_block(
    draw: ImageDraw.ImageDraw,
    block: TextBlock,
    x: float,
    y: float,
    detail: int = 1,
    ink: tuple[int, int, int] | None = None,
) -> None:
    """Draw a block of text, each line centred on x, from y downwards.

    `detail` is how many pixels the picture has for each unit; without an `ink`, the letters have the ordinary one.
    """
    block, x, y = block.enlarged(detail), x * detail, y * detail
    step = block.size_px * LINE_HEIGHT
    for index, line in enumerate(block.lines):
        _draw_line(draw, line, block.size_px, x, y + (index + 0.5) * step, ink or ink_for(draw))


def ink_for(draw: ImageDraw.ImageDraw) -> int | tuple[int, int, int]:
    """Return the colour of letters and borders in a picture."""
    return INK.grey if draw.mode == "L" else (INK.red, INK.green, INK.blue)


def _draw_line(
    draw: ImageDraw.ImageDraw, line: str, size_px: int, x: float, y: float, ink: int | tuple[int, int, int]
) -> None:
    runs = _runs(line)
    if RIGHT_TO_LEFT.search(line):
        # punctuation takes the direction of the line
        runs = [run if re.search(r"\w", run.text) else Run(run.text[::-1], run.face) for run in reversed(runs)]
    left = x - line_width(line, size_px) / 2
    for run in runs:
        font = load(run.face, size_px)
        direction = "rtl" if RIGHT_TO_LEFT.search(run.text) else "ltr"
        draw.text((left, y), run.text, font=font, fill=ink, anchor="lm", direction=direction)
        left += font.getlength(run.text)


@lru_cache(maxsize=2048)
def _runs(line: str) -> list[Run]:
    """Cut a line into runs of one font; spaces and marks belong to the run before them."""
    runs: list[Run] = []
    for letter in line:
        face = face_of(letter)
        neutral = letter.isspace() or unicodedata.combining(letter) or not letter.isalnum()
        if runs and (runs[-1].face == face or (neutral and _can_follow(runs[-1].face, letter))):
            runs[-1] = Run(runs[-1].text + letter, runs[-1].face)
        else:
            runs.append(Run(letter, face))
    return runs


def _can_follow(face: Face | None, letter: str) -> bool:
    return letter == " " or (face is not None and face.covers(letter))


def _pieces(text: str) -> list[str]:
    """Cut a text where a line may break: into words, and into letters in scripts without spaces."""
    word = rf"(?:(?!{UNSPACED.pattern})\S){{1,{_LONGEST_WORD}}}"
    return re.findall(rf"\s*(?:{UNSPACED.pattern}[{NOT_AT_LINE_START}]*|{word})", text)


def _fitting(text: str, size_px: int, max_width: float) -> int:
    count = 1
    while count < len(text) and line_width(text[: count + 1], size_px) <= max_width:
        count += 1
    return count
