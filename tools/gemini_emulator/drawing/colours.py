"""Colours that know how they are printed in black and white."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Colour:
    """A flat colour: red, green, blue for comic; a grey (0 ink … 255 paper, between them screentone) for manga."""

    red: int
    green: int
    blue: int
    grey: int

    def darker(self, amount: float = 0.8) -> "Colour":
        """Return the colour in shadow. Paper white gets a light tone, so that form shows in manga too."""
        grey = 205 if self.grey > 235 else round(self.grey * (amount - 0.08))  # noqa: PLR2004
        return Colour(round(self.red * amount), round(self.green * amount), round(self.blue * amount), grey)

    def in_dusk(self, amount: float) -> "Colour":
        """Return the colour in poor light: darker, and bluish."""
        blue = min(1.0, amount + 0.12)
        return Colour(
            round(self.red * amount), round(self.green * amount), round(self.blue * blue), round(self.grey * amount)
        )

    def lighter(self, amount: float = 0.5) -> "Colour":
        """Return the colour in light, mixed with that much white."""
        mixed = (round(part + (255 - part) * amount) for part in (self.red, self.green, self.blue, self.grey))
        return Colour(*mixed)


def rgb(code: int, grey: int | None = None) -> Colour:
    """Return a colour from 0xRRGGBB; its grey is its brightness in even steps if none is given."""
    red, green, blue = code >> 16, code >> 8 & 255, code & 255
    if grey is None:
        brightness = (red * 299 + green * 587 + blue * 114) // 1000
        grey = min(255, (brightness + 24) // 32 * 32 + 12)
    return Colour(red, green, blue, grey)


INK = rgb(0x1B1720, 0)
WHITE = rgb(0xFFFFFF, 255)
PAPER = rgb(0xFDFBF5, 255)

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
    "black": rgb(0x2E2B35, 12),
    "dark": rgb(0x3A3540, 30),
    "white": rgb(0xF7F6F2, 255),
    "grey": rgb(0x9A9CA4, 170),
    "gray": rgb(0x9A9CA4, 170),
    "silver": rgb(0xC3C8D2, 215),
    "ginger": rgb(0xE6923F, 190),
    "calico": rgb(0xF0DFC2, 245),
}
