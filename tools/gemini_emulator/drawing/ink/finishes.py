"""Finishes: how a picture is printed if the style text names a technique or a palette.

A text that names none tints the picture, so that every style text can be seen.
"""

import colorsys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from tools.gemini_emulator.drawing.ink.colours import WHITE, Colour
from tools.gemini_emulator.story.lexicon.tables import words_pattern
from tools.gemini_emulator.story.seeds import fraction

type Rgb = tuple[int, int, int]
type Tint = Callable[[Colour], Rgb]


@dataclass(frozen=True, slots=True)
class Finish:
    """How a picture is printed: the colour of its lines and of its paper, and what becomes of all other colours.

    With a `screen`, greys become dots or lines of the ink, also in a comic unless the finish `keeps_colours`. With
    `blur_px`, colours run beyond their lines.
    """

    ink: Rgb
    paper: Rgb
    tint: Tint
    screen: Literal["dots", "lines"] | None = None
    keeps_colours: bool = False
    blur_px: float = 0.0


def finish_for(style_text: str) -> Finish | None:
    """Return the finish that a style text asks for; None without a text."""
    if not style_text:
        return None
    named = next((finish for words, finish in FINISHES.items() if words_pattern(words).search(style_text)), None)
    return named or _tinted(fraction(style_text.casefold()))


def _rgb(colour: Colour) -> Rgb:
    return colour.red, colour.green, colour.blue


def _mixed(colour: Rgb, other: Rgb, amount: float) -> Rgb:
    red, green, blue = (round(part + (to - part) * amount) for part, to in zip(colour, other, strict=True))
    return red, green, blue


def _duotone(dark: Rgb, light: Rgb) -> Tint:
    return lambda colour: _mixed(dark, light, colour.grey / 255)


def _between(darkest: int) -> Tint:
    """Return greys that are no darker than the darkest one."""
    return _duotone((darkest, darkest, darkest), (255, 255, 255))


def _neon(colour: Colour) -> Rgb:
    """Return the colour glowing, or nearly black if it is pale or grey. White stays readable."""
    if colour == WHITE:
        return 232, 248, 255
    hue, saturation, value = colorsys.rgb_to_hsv(colour.red / 255, colour.green / 255, colour.blue / 255)
    strength = value * (0.18 + 0.75 * saturation)
    red, green, blue = colorsys.hsv_to_rgb((hue + 0.08) % 1, min(1.0, saturation * 1.4 + 0.35), strength)
    return round(red * 255), round(green * 255), round(blue * 255)


def _tinted(hue: float) -> Finish:
    red, green, blue = colorsys.hsv_to_rgb(hue, 0.32, 1.0)
    paper = round(red * 255), round(green * 255), round(blue * 255)
    ink = _mixed(paper, (0, 0, 0), 0.82)
    return Finish(ink, paper, lambda colour: _mixed(_rgb(colour), paper, 0.45), screen="dots", keeps_colours=True)


# By the words that ask for them; the first that fits counts.
FINISHES: dict[str, Finish] = {
    "pastel* chalk*": Finish(
        (112, 96, 116), (255, 252, 250), lambda colour: _mixed(_rgb(colour), (255, 244, 246), 0.6)
    ),
    "noir expressionis* chiaroscuro": Finish(
        (8, 8, 10),
        (238, 236, 230),
        lambda colour: (8, 8, 10) if colour.grey < 214 else (238, 236, 230),  # noqa: PLR2004
    ),
    "watercolo* aquarelle*": Finish(
        (92, 84, 98), (255, 255, 252), lambda colour: _mixed(_rgb(colour), (255, 255, 252), 0.34), blur_px=2.5
    ),
    "wash* sumi* brush*": Finish((34, 32, 36), (250, 247, 240), _duotone((70, 70, 76), (250, 247, 240)), blur_px=3.5),
    "retro vintage sepia nostalgi* newsprint": Finish(
        (74, 46, 30), (246, 229, 190), _duotone((74, 46, 30), (246, 229, 190)), screen="dots"
    ),
    "neon cyberpunk synthwave": Finish((64, 236, 240), (18, 12, 34), _neon),
    "pencil* sketch* graphite charcoal": Finish((96, 96, 100), (252, 251, 248), _between(168)),
    "woodcut* linocut* woodblock* engrav*": Finish(
        (38, 44, 78), (244, 236, 216), _duotone((38, 44, 78), (244, 236, 216)), screen="lines"
    ),
}
