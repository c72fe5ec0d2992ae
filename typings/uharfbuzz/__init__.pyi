"""What the app uses of HarfBuzz's Python binding, which has no types of its own."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol

class Pen(Protocol):
    def moveTo(self, point: tuple[float, float], /) -> None: ...
    def lineTo(self, point: tuple[float, float], /) -> None: ...
    def qCurveTo(self, *points: tuple[float, float]) -> None: ...
    def curveTo(self, *points: tuple[float, float]) -> None: ...
    def closePath(self) -> None: ...

class Blob:
    @classmethod
    def from_file_path(cls, filename: str) -> Blob: ...

class Face:
    def __init__(self, blob: Blob, index: int = 0) -> None: ...
    @property
    def upem(self) -> int: ...
    @property
    def unicodes(self) -> Iterable[int]: ...

class GlyphExtents(NamedTuple):
    x_bearing: int
    y_bearing: int
    width: int
    height: int

class Font:
    synthetic_bold: tuple[float, float, bool]
    def __init__(self, face: Face) -> None: ...
    def set_variations(self, variations: Mapping[str, float]) -> None: ...
    def get_glyph_extents(self, gid: int) -> GlyphExtents | None: ...
    def draw_glyph_with_pen(self, gid: int, pen: Pen) -> None: ...

class GlyphInfo:
    codepoint: int
    cluster: int

class GlyphPosition:
    x_advance: int
    y_advance: int
    x_offset: int
    y_offset: int

class Buffer:
    direction: str
    language: str
    @property
    def glyph_infos(self) -> Sequence[GlyphInfo]: ...
    @property
    def glyph_positions(self) -> Sequence[GlyphPosition]: ...
    def add_codepoints(self, codepoints: Sequence[int]) -> None: ...
    def guess_segment_properties(self) -> None: ...

class RasterExtents(NamedTuple):
    x_origin: int
    y_origin: int
    width: int
    height: int
    stride: int

class RasterImage:
    @property
    def extents(self) -> RasterExtents: ...
    @property
    def buffer(self) -> bytes: ...

class RasterDraw:
    transform: tuple[float, float, float, float, float, float]
    extents: RasterExtents | None
    def draw_glyph(self, font: Font, gid: int, /) -> None: ...
    def render(self) -> RasterImage | None: ...

def shape(font: Font, buffer: Buffer, features: Mapping[str, bool] | None = None) -> None: ...
