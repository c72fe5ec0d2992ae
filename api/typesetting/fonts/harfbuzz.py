"""HarfBuzz behind a small interface: shaping, outlines and rasters of letters.

Lengths are in font sizes, y is down. Opened fonts are kept for the process. Nothing changes them, so that threads can
share them.
"""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple, Protocol

import uharfbuzz

_EMBOLDENED = 0.045
"""How much thicker the letters of a font without bold ones become."""

type Direction = Literal["ltr", "rtl", "ttb"]
type Point = tuple[float, float]
# (xx, yx, xy, yy, x, y): x' = xx * x + xy * y + x, y' = yx * x + yy * y + y.
type Transform = tuple[float, float, float, float, float, float]


class Ink(NamedTuple):
    """The rectangle around what is drawn of a glyph; its origin is on the baseline."""

    left: float
    top: float
    right: float
    bottom: float


class ShapedGlyph(NamedTuple):
    """A glyph of the font, its place relative to the current point, and how far that moves."""

    number: int
    x: float
    y: float
    advance: float


class OutlinePen(Protocol):
    """Takes an outline, in font units with y upwards; the names are those of fontTools."""

    def moveTo(self, point: Point, /) -> None: ...  # noqa: N802
    def lineTo(self, point: Point, /) -> None: ...  # noqa: N802
    def qCurveTo(self, *points: Point) -> None: ...  # noqa: N802
    def curveTo(self, *points: Point) -> None: ...  # noqa: N802
    def closePath(self) -> None: ...  # noqa: N802


class Font:
    """An opened font."""

    def __init__(self, path: Path, weight: int | None, *, is_emboldened: bool) -> None:
        face = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(path)))
        self._font = uharfbuzz.Font(face)
        self.units = face.upem
        """Font units in a font size."""
        if weight is not None:
            self._font.set_variations({"wght": weight})
        if is_emboldened:
            self._font.synthetic_bold = (_EMBOLDENED, _EMBOLDENED, True)

    def shape(self, text: str, direction: Direction, language: str, feature: str | None = None) -> list[ShapedGlyph]:
        """Return the glyphs of a text of one script and direction, in the order in which they are seen."""
        buffer = uharfbuzz.Buffer()
        buffer.add_codepoints([ord(letter) for letter in text])
        buffer.guess_segment_properties()
        buffer.direction = direction
        buffer.language = language
        uharfbuzz.shape(self._font, buffer, {feature: True} if feature else None)
        units = self.units
        return [
            ShapedGlyph(
                info.codepoint,
                at.x_offset / units,
                -at.y_offset / units,
                (-at.y_advance if direction == "ttb" else at.x_advance) / units,
            )
            for info, at in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True)
        ]

    def ink(self, glyph: int) -> Ink | None:
        """Return the rectangle around a glyph's outline; None for spaces."""
        found = self._font.get_glyph_extents(glyph)
        if found is None or not found.width:
            return None
        units = self.units
        return Ink(
            found.x_bearing / units,
            -found.y_bearing / units,
            (found.x_bearing + found.width) / units,
            -(found.y_bearing + found.height) / units,
        )

    def outline(self, glyph: int, pen: OutlinePen) -> None:
        """Draw a glyph's outline with the pen."""
        self._font.draw_glyph_with_pen(glyph, pen)

    def add_to(self, raster: uharfbuzz.RasterDraw, glyph: int, transform: Transform) -> None:
        """Add a glyph to a raster; the transform is from font sizes to pixels."""
        xx, yx, xy, yy, x, y = transform
        units = self.units
        raster.transform = (xx / units, yx / units, -xy / units, -yy / units, x, y)
        raster.draw_glyph(self._font, glyph)


@cache
def open_font(path: Path, weight: int | None, *, is_emboldened: bool) -> Font:
    """Return the opened font; it is kept for the process."""
    return Font(path, weight, is_emboldened=is_emboldened)


def letters_of(path: Path) -> frozenset[int]:
    """Return the code points that a font has. Raises FileNotFoundError."""
    if not path.is_file():
        raise FileNotFoundError(path)
    return frozenset(uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(path))).unicodes)


def subset(path: Path, letters: Iterable[int], weight: int | None) -> bytes:
    """Return a font file with these code points only; `weight` is the one to keep of a font that has several."""
    face = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(path)))
    wanted = uharfbuzz.SubsetInput()
    wanted.sets(uharfbuzz.SubsetInputSets.UNICODE).update(letters)
    if weight is not None:
        wanted.pin_axis_location(face, "wght", weight)
    return uharfbuzz.subset(face, wanted).blob.data


def rasterize(glyphs: Iterable[tuple[Font, int, Transform]], width: int, height: int) -> bytes:
    """Return how much of each pixel the glyphs cover (0 to 255), row by row from the top."""
    raster = uharfbuzz.RasterDraw()
    for font, glyph, transform in glyphs:
        font.add_to(raster, glyph, transform)
    raster.extents = uharfbuzz.RasterExtents(0, 0, width, height, width)
    image = raster.render()
    return b"" if image is None else image.buffer
