"""Colours that know how they are printed in black and white."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

# Tones from here on count as paper.
PAPER_GREY = 236


@dataclass(frozen=True, slots=True)
class Colour:
    """A flat colour: red, green, blue for comic; a grey for manga (0 ink, 255 paper, screentone between)."""

    red: int
    green: int
    blue: int
    grey: int

    def darker(self, amount: float = 0.8) -> "Colour":
        """Return the colour in shadow. Paper white gets a light tone, so that shapes show in manga too."""
        grey = 205 if self.grey >= PAPER_GREY else round(self.grey * (amount - 0.08))
        return Colour(round(self.red * amount), round(self.green * amount), round(self.blue * amount), grey)

    def in_dusk(self, amount: float) -> "Colour":
        """Return the colour in poor light: darker and bluish."""
        blue = round(self.blue * min(1.0, amount + 0.12))
        return Colour(round(self.red * amount), round(self.green * amount), blue, round(self.grey * amount))

    def lighter(self, amount: float = 0.5) -> "Colour":
        mixed = (round(part + (255 - part) * amount) for part in (self.red, self.green, self.blue, self.grey))
        return Colour(*mixed)


def rgb(code: int, grey: int | None = None) -> Colour:
    """Return a colour from 0xRRGGBB. Without a grey, its brightness in even steps is used."""
    red, green, blue = code >> 16, code >> 8 & 255, code & 255
    if grey is None:
        brightness = (red * 299 + green * 587 + blue * 114) // 1000
        grey = min(255, (brightness + 24) // 32 * 32 + 12)
    return Colour(red, green, blue, grey)


NAMED: dict[str, Colour] = {
    "red": rgb(0xD8343C, 105),
    "crimson": rgb(0xB0203A, 85),
    "blue": rgb(0x3B78C8, 125),
    "navy": rgb(0x27396B, 50),
    "teal": rgb(0x2C9A94, 140),
    "turquoise": rgb(0x4CC4C0, 185),
    "green": rgb(0x4B9A4E, 140),
    "yellow": rgb(0xF4CE46, 235),
    "golden": rgb(0xE8B23A, 215),
    "gold": rgb(0xE8B23A, 215),
    "orange": rgb(0xEE8A35, 185),
    "copper": rgb(0xC97B4A, 160),
    "rusty": rgb(0xB5673C, 140),
    "purple": rgb(0x8459A8, 115),
    "violet": rgb(0x8459A8, 115),
    "pink": rgb(0xEE95B0, 215),
    "brown": rgb(0x8A5A38, 110),
    "auburn": rgb(0x98472B, 120),
    "blonde": rgb(0xF1CE74, 255),
    "black": rgb(0x2A2630, 0),
    "dark": rgb(0x3A3540, 30),
    "white": rgb(0xF7F6F2, 255),
    "grey": rgb(0x9A9CA4, 170),
    "silver": rgb(0xC3C8D2, 215),
    "ginger": rgb(0xE6923F, 190),
}
"""The colours that a story can name."""

INK = rgb(0x1B1720, 0)
WHITE = rgb(0xFFFFFF, 255)
PAPER = rgb(0xFDFBF5, 255)
MATERIALS: dict[str, Colour] = {
    "ink": INK,
    "paper": PAPER,
    "mouth": rgb(0x9C3038, 60),
    "tongue": rgb(0xE07A78, 200),
    "tear": rgb(0xBFE3F5, 255),
    "screen": rgb(0x1E2A38, 10),
    "straw": rgb(0xE5C273, 225),
    "wood": rgb(0xC79A66, 205),
    "bark": rgb(0x8A6242, 130),
    "stone": rgb(0xB3AFA8, 200),
    "rock": rgb(0x8E8078, 130),
    "metal": rgb(0xC5CED8, 222),
    "wall": rgb(0xF2E8D5, 250),
    "board": rgb(0x3F6B52, 75),
    "leaf": rgb(0x5C9C4E, 165),
    "pine": rgb(0x35704F, 120),
    "grass": rgb(0x9CC56B, 232),
    "sand": rgb(0xEEDDAF, 245),
    "asphalt": rgb(0xB8B8BE, 215),
    "sun": rgb(0xFFE27A, 255),
    "moon": rgb(0xFBF3CF, 255),
    "deep": rgb(0x141931, 8),
}
"""The colours of things, for sketches."""

_SPELLED = re.compile(r"([a-z-]+\d?)(?:([*+])([\d.]+))?")


def spelled_colour(text: str, own: Mapping[str, Colour]) -> Colour:
    """Return the colour that a sketch asks for: a name, darker with `*0.8`, lighter with `+0.4`.

    `own` holds the colours of whoever is drawn, such as `skin`; they come before the colours of things.
    """
    match = _SPELLED.fullmatch(text)
    name, sign, amount = match.groups() if match else (text, None, None)
    colour = own.get(name) or MATERIALS.get(name) or NAMED[name]
    if amount is None:
        return colour
    return colour.darker(float(amount)) if sign == "*" else colour.lighter(float(amount))
