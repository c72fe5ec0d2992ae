"""Fonts for lettering: one for each script, from the npm packages of the repository.

Where they are not installed, Pillow's own font is used, so that a picture is drawn in any case.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont
from PIL.ImageFont import FreeTypeFont

_ABOVE = Path(__file__).resolve().parents
_FOLDERS = [folder / "node_modules" / "@fontsource" for folder in _ABOVE]
FONT_FOLDER = next((folder for folder in _FOLDERS if folder.is_dir()), _FOLDERS[-1])


@dataclass(frozen=True, slots=True)
class Face:
    """A font file, and the ranges of code points that it is used for."""

    file: str
    ranges: tuple[tuple[int, int], ...]

    def covers(self, letter: str) -> bool:
        return any(low <= ord(letter) <= high for low, high in self.ranges)


FACES = (
    Face("comic-relief/files/comic-relief-latin-700-normal.woff2", ((0x20, 0xFF), (0x2000, 0x206F), (0x20AC, 0x20AC))),
    Face("comic-relief/files/comic-relief-latin-ext-700-normal.woff2", ((0x100, 0x2FF), (0x1E00, 0x1EFF))),
    Face("comic-relief/files/comic-relief-greek-700-normal.woff2", ((0x370, 0x3FF),)),
    Face("comic-relief/files/comic-relief-cyrillic-700-normal.woff2", ((0x400, 0x4FF),)),
    Face("noto-sans-hebrew/files/noto-sans-hebrew-hebrew-700-normal.woff2", ((0x590, 0x5FF), (0xFB1D, 0xFB4F))),
    Face("noto-sans-arabic/files/noto-sans-arabic-arabic-700-normal.woff2", ((0x600, 0x6FF), (0xFB50, 0xFEFC))),
    Face("noto-sans/files/noto-sans-devanagari-700-normal.woff2", ((0x900, 0x97F),)),
    Face("noto-sans/files/noto-sans-cyrillic-ext-700-normal.woff2", ((0x460, 0x52F),)),
    Face("noto-sans/files/noto-sans-greek-ext-700-normal.woff2", ((0x1F00, 0x1FFF),)),
    Face("noto-sans/files/noto-sans-vietnamese-700-normal.woff2", ((0x1EA0, 0x1EF9),)),
    Face("jua/files/jua-korean-400-normal.woff2", ((0xAC00, 0xD7AF), (0x1100, 0x11FF))),
    Face(
        "kosugi-maru/files/kosugi-maru-japanese-400-normal.woff2",
        ((0x2E80, 0x30FF), (0x3400, 0x9FFF), (0xFF00, 0xFFEF), (0x2010, 0x2026), (0x2190, 0x27BF)),
    ),
)
NO_SUCH_LETTER = "\U0010fffe"


@lru_cache(maxsize=4096)
def face_of(letter: str) -> Face | None:
    """Return the face that has the letter, or None if there is none."""
    return next((face for face in FACES if face.covers(letter) and _has(face, letter)), None)


@lru_cache(maxsize=128)
def load(face: Face | None, size_px: int) -> FreeTypeFont:
    """Return a face at a size; None, or a face that is not installed, gives Pillow's own font."""
    file = FONT_FOLDER / face.file if face else None
    if file is not None and file.is_file():
        return ImageFont.truetype(file, size_px)
    own = ImageFont.load_default(size_px)
    if not isinstance(own, FreeTypeFont):
        raise TypeError("Pillow was built without FreeType and cannot letter: install its ordinary wheel.")
    return own


def _has(face: Face, letter: str) -> bool:
    """Return whether a face draws the letter itself, and not its box for missing letters."""
    return letter.isspace() or _shape(face, letter) not in {_shape(face, NO_SUCH_LETTER), _shape(face, " ")}


@lru_cache(maxsize=64)
def _shape(face: Face, letter: str) -> bytes:
    picture = Image.new("1", (48, 48))
    ImageDraw.Draw(picture).text((4, 4), letter, font=load(face, 24), fill=1)
    return picture.tobytes()
