"""Faces: how feelings set brows, eyes and mouth."""

import re
from dataclasses import dataclass
from typing import Literal

from tools.gemini_emulator.story.lexicon.moods import Feeling

type Eyes = Literal["open", "wide", "happy", "sad", "narrow", "closed"]
type Mouth = Literal["smile", "grin", "flat", "frown", "open", "shout", "wavy", "small", "talk"]


@dataclass(frozen=True, slots=True)
class Expression:
    """`brow` is the slant of the brows: above 0 angry, below 0 worried; `lift` raises them."""

    eyes: Eyes = "open"
    mouth: Mouth = "small"
    brow: float = 0.0
    lift: float = 0.0
    blush: bool = False
    tears: bool = False
    sweat: bool = False


EXPRESSIONS: dict[Feeling, Expression] = {
    "happy": Expression("open", "grin", 0, 0.02, blush=True),
    "sad": Expression("sad", "frown", -0.5, 0.01, tears=True),
    "angry": Expression("narrow", "shout", 0.75),
    "afraid": Expression("wide", "wavy", -0.6, 0.03, sweat=True),
    "surprised": Expression("wide", "open", -0.1, 0.06),
    "determined": Expression("narrow", "flat", 0.5),
    "calm": Expression("open", "smile"),
    "funny": Expression("happy", "grin", -0.1, 0.03, blush=True),
    "tender": Expression("closed", "smile", -0.15, 0.01, blush=True),
    "curious": Expression("open", "small", -0.15, 0.05),
}
NEUTRAL = Expression("open", "smile")

# Own words for single gestures of the face, in the order of their weight.
CUES: tuple[tuple[str, Expression], ...] = (
    (r"\b(laugh\w*|giggl\w*|grinn?\w*|chuckl\w*)\b", EXPRESSIONS["funny"]),
    (r"\b(cr(?:y|ies|ying)|sob\w*|tears?|wept|weep\w*)\b", EXPRESSIONS["sad"]),
    (
        r"\b(sle(?:pt|eps?|eping)|asleep|dream\w*|eyes closed|closed (?:her|his|their) eyes)\b",
        Expression("closed", "small"),
    ),
    (r"\b(smil\w*|beam\w*)\b", EXPRESSIONS["happy"]),
    (r"\b(gasp\w*|astonish\w*|jaw|stared|froze|stunned)\b", EXPRESSIONS["surprised"]),
    (r"\b(scowl\w*|glar\w*|frown\w*|snarl\w*|growl\w*)\b", EXPRESSIONS["angry"]),
    (r"\b(trembl\w*|shiver\w*|shak\w+ with fear|nervous\w*)\b", EXPRESSIONS["afraid"]),
)


def expression_for(feeling: Feeling | None, scene: str, line: str | None) -> Expression:
    """Return the face that goes with a scene, and with what its owner says in it."""
    base = next((cue for words, cue in CUES if re.search(words, scene, re.IGNORECASE)), None)
    base = base or (EXPRESSIONS[feeling] if feeling else NEUTRAL)
    return base if line is None else _speaking(base, line)


def _speaking(base: Expression, line: str) -> Expression:
    if line.rstrip().endswith(("!", "\uff01")) and base.mouth != "grin":
        return Expression(
            base.eyes if base.eyes not in {"closed", "happy"} else "open",
            "shout",
            base.brow,
            base.lift,
            base.blush,
            base.tears,
            base.sweat,
        )
    mouth: Mouth = "grin" if base.mouth == "grin" else "talk"
    eyes: Eyes = "open" if base.eyes == "closed" else base.eyes
    return Expression(eyes, mouth, base.brow, base.lift, base.blush, base.tears, base.sweat)
