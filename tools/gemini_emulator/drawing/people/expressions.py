"""Faces: how feelings set brows, eyes and mouth."""

from dataclasses import dataclass, replace
from typing import Literal

from tools.gemini_emulator.story.lexicon.moods import Feeling
from tools.gemini_emulator.story.lexicon.tables import words_pattern

type Eyes = Literal["open", "wide", "happy", "sad", "narrow", "closed"]
type Mouth = Literal["smile", "grin", "flat", "frown", "open", "shout", "wavy", "small", "talk"]


@dataclass(frozen=True, slots=True)
class Expression:
    """`brow` is the slant of the brows: above 0 angry, below 0 worried; `lift` raises them."""

    eyes: Eyes = "open"
    mouth: Mouth = "smile"
    brow: float = 0.0
    lift: float = 0.0
    blush: bool = False
    tears: bool = False
    sweat: bool = False


NEUTRAL = Expression()
EXPRESSIONS: dict[Feeling, Expression] = {
    "happy": Expression("open", "grin", 0, 0.02, blush=True),
    "sad": Expression("sad", "frown", -0.5, 0.01, tears=True),
    "angry": Expression("narrow", "shout", 0.75),
    "afraid": Expression("wide", "wavy", -0.6, 0.03, sweat=True),
    "surprised": Expression("wide", "open", -0.1, 0.06),
    "determined": Expression("narrow", "flat", 0.5),
    "calm": NEUTRAL,
    "funny": Expression("happy", "grin", -0.1, 0.03, blush=True),
    "tender": Expression("closed", "smile", -0.15, 0.01, blush=True),
    "curious": Expression("open", "small", -0.15, 0.05),
}
# Words for single gestures of the face; the first that is in the text counts.
GESTURES: tuple[tuple[str, Expression], ...] = (
    ("laugh* giggl* grin* chuckl*", EXPRESSIONS["funny"]),
    ("cry cries crying sob* tear tears wept weep*", EXPRESSIONS["sad"]),
    ("slept sleep sleeps sleeping asleep dream* eyes-closed", Expression("closed", "small")),
    ("smil* beam*", EXPRESSIONS["happy"]),
    ("gasp* astonish* jaw stared froze stunned", EXPRESSIONS["surprised"]),
    ("scowl* glar* frown* snarl* growl*", EXPRESSIONS["angry"]),
    ("trembl* shiver* nervous*", EXPRESSIONS["afraid"]),
)


def expression_for(feeling: Feeling | None, about: str, line: str | None) -> Expression:
    """Return the face of somebody in a scene, who may also say a line in it."""
    gesture = next((face for words, face in GESTURES if words_pattern(words).search(about)), None)
    face = gesture or (EXPRESSIONS[feeling] if feeling else NEUTRAL)
    if line is None:
        return face
    is_loud = line.rstrip().endswith(("!", "\uff01"))
    mouth: Mouth = "grin" if face.mouth == "grin" else "shout" if is_loud else "talk"
    return replace(face, mouth=mouth, eyes="open" if face.eyes == "closed" else face.eyes)
