"""Things in a hand, found by their words in a scene. Units: head heights, (0, 0) is the hand."""

import re

from tools.gemini_emulator.drawing.colours import INK, NAMED, WHITE, Colour, rgb
from tools.gemini_emulator.drawing.curves import ellipse, smooth_closed
from tools.gemini_emulator.drawing.pen import Pen

PROP_WORDS: tuple[tuple[str, str], ...] = (
    ("umbrella", r"umbrella"),
    ("lantern", r"lantern|hand lamp|flashlight|torch"),
    ("letter", r"letter|envelope|postcard|note\b"),
    ("map", r"\bmap\b|scroll|blueprint"),
    ("book", r"\bbook\b|notebook|diary|comic|magazine"),
    ("cup", r"\bcup\b|\bmug\b|\btea\b|coffee|cocoa"),
    ("key", r"\bkey\b"),
    ("sword", r"sword|katana|blade"),
    ("flower", r"flower|rose\b|tulip|bouquet|seedling"),
    ("ball", r"\bball\b"),
    ("cake", r"\bcake\b|pudding|\bpie\b|bun\b|bread|sandwich"),
    ("box", r"\bbox\b|parcel|package|lunchbox|crate"),
    ("wrench", r"wrench|spanner|screwdriver|\btools?\b"),
    ("spoon", r"spoon|ladle"),
    ("balloon", r"balloon"),
    ("camera", r"camera"),
    ("kite", r"\bkite\b"),
    ("fish", r"\bfish\b(?!erman|ing)"),
)
CANVAS_CLOTH = rgb(0xF2E3BC, 255)


def prop_in(scene: str) -> str | None:
    """Return the first thing a scene names that can be held."""
    found = [(match.start(), prop) for prop, words in PROP_WORDS if (match := re.search(words, scene, re.IGNORECASE))]
    return min(found)[1] if found else None


def draw_prop(pen: Pen, prop: str, accent: Colour) -> None:  # noqa: C901, PLR0912, PLR0915 - one small picture a thing
    """Draw a thing in the hand."""
    match prop:
        case "umbrella":
            pen.line([(0, 0.25), (0, -2.0)], 1.8)
            pen.shape(
                [
                    *ellipse(0, -1.75, 1.15, 0.75, 180, 360, 20),
                    (0.77, -1.9),
                    (0.38, -1.75),
                    (0, -1.9),
                    (-0.38, -1.75),
                    (-0.77, -1.9),
                ],
                accent,
            )
        case "lantern":
            pen.line(ellipse(0, 0.1, 0.13, 0.14, 180, 360, 10), 1)
            pen.shape([(-0.17, 0.1), (0.17, 0.1), (0.2, 0.5), (-0.2, 0.5)], NAMED["yellow"].lighter(0.5))
            pen.shape([(-0.21, 0.04), (0.21, 0.04), (0.17, 0.13), (-0.17, 0.13)], NAMED["brown"])
            pen.shape([(-0.22, 0.48), (0.22, 0.48), (0.22, 0.56), (-0.22, 0.56)], NAMED["brown"])
        case "letter":
            pen.shape([(-0.1, -0.32), (0.5, -0.26), (0.46, 0.14), (-0.14, 0.08)], WHITE)
            pen.line([(-0.1, -0.32), (0.18, -0.06), (0.5, -0.26)], 0.8)
        case "map":
            pen.shape([(-0.45, -0.4), (0.5, -0.46), (0.54, 0.14), (-0.42, 0.16)], CANVAS_CLOTH)
            pen.curve([(-0.3, -0.1), (-0.05, -0.25), (0.1, -0.02), (0.36, -0.2)], 0.9)
            pen.line([(0.3, -0.28), (0.42, -0.14)], 1.2, NAMED["red"])
            pen.line([(0.42, -0.28), (0.3, -0.14)], 1.2, NAMED["red"])
        case "book":
            pen.shape([(-0.04, -0.42), (0.5, -0.5), (0.52, 0.06), (-0.04, 0.14)], accent)
            pen.shape([(-0.04, -0.42), (-0.5, -0.5), (-0.52, 0.06), (-0.04, 0.14)], WHITE)
        case "cup":
            pen.shape([(-0.14, -0.26), (0.18, -0.26), (0.15, 0.1), (-0.11, 0.1)], WHITE)
            for x in (-0.04, 0.08):
                pen.curve([(x, -0.36), (x + 0.05, -0.46), (x, -0.56), (x + 0.05, -0.66)], 0.7)
        case "key":
            pen.oval(0.1, -0.24, 0.1, 0.1, NAMED["gold"])
            pen.line([(0.1, -0.14), (0.1, 0.16), (0.2, 0.16)], 1.6)
        case "sword":
            pen.shape([(-0.05, -0.2), (0.07, -0.2), (0.07, -1.5), (0.01, -1.66), (-0.05, -1.5)], NAMED["silver"])
            pen.line([(-0.22, -0.2), (0.24, -0.2)], 2.6)
        case "flower":
            pen.curve([(0, 0.2), (0.04, -0.2), (0, -0.5)], 1.2, NAMED["green"].darker(0.7))
            for x, y in ((-0.11, -0.58), (0.11, -0.58), (0, -0.7), (-0.07, -0.47), (0.07, -0.47)):
                pen.oval(x, y, 0.085, 0.085, NAMED["pink"], 0.7)
            pen.oval(0, -0.56, 0.06, 0.06, NAMED["yellow"], 0.7)
        case "ball":
            pen.oval(0.1, -0.2, 0.28, 0.28, accent)
            pen.curve([(-0.14, -0.3), (0.1, -0.18), (0.34, -0.3)], 0.8)
        case "cake":
            pen.oval(0.1, 0.04, 0.44, 0.1, WHITE)
            pen.blob([(-0.2, 0.0), (-0.2, -0.3), (0.1, -0.38), (0.4, -0.3), (0.4, 0.0)], NAMED["yellow"].lighter(0.4))
            pen.blob(
                [
                    (-0.21, -0.2),
                    (-0.2, -0.34),
                    (0.1, -0.4),
                    (0.4, -0.34),
                    (0.41, -0.2),
                    (0.2, -0.24),
                    (0.1, -0.16),
                    (-0.05, -0.24),
                ],
                NAMED["brown"],
            )
        case "box":
            pen.shape([(-0.28, -0.34), (0.4, -0.34), (0.4, 0.16), (-0.28, 0.16)], CANVAS_CLOTH.darker(0.9))
            pen.line([(0.06, -0.34), (0.06, 0.16)], 2.2, accent)
        case "wrench":
            pen.line([(0, 0.12), (0.14, -0.5)], 3.2)
            pen.line(ellipse(0.17, -0.6, 0.11, 0.11, -30, 230, 12), 2.6)
        case "spoon":
            pen.line([(0, 0.12), (0.1, -0.42)], 1.8)
            pen.oval(0.13, -0.54, 0.09, 0.14, NAMED["silver"])
        case "balloon":
            pen.curve([(0, 0.1), (0.12, -0.6), (0.05, -1.1)], 0.8)
            pen.blob([(0.05, -1.1), (-0.36, -1.6), (0.05, -2.05), (0.46, -1.6)], accent)
        case "camera":
            pen.shape([(-0.22, -0.3), (0.36, -0.3), (0.36, 0.08), (-0.22, 0.08)], NAMED["dark"])
            pen.oval(0.08, -0.1, 0.13, 0.13, NAMED["silver"])
        case "kite":
            pen.curve([(0, 0), (0.5, -0.8), (0.4, -1.5)], 0.7)
            pen.shape([(0.4, -2.3), (0.85, -1.85), (0.4, -1.4), (-0.02, -1.85)], accent)
        case "fish":
            pen.shape(smooth_closed([(-0.3, -0.1), (0.0, -0.24), (0.34, -0.1), (0.0, 0.04)], 4), NAMED["silver"])
            pen.shape([(-0.26, -0.1), (-0.48, -0.24), (-0.48, 0.04)], NAMED["silver"])
            pen.fill(ellipse(0.2, -0.12, 0.03, 0.03), INK)
        case _:
            return
