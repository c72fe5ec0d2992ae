"""The camera: from words such as `Low-angle close-up` to sizes and heights in the picture."""

import re
from dataclasses import dataclass
from typing import Literal

type Shot = Literal["wide", "full", "medium", "close", "extreme", "over-shoulder"]
type Angle = Literal["level", "low", "high", "dutch"]

SHOTS: tuple[tuple[str, Shot], ...] = (
    (r"over[- ]the[- ]shoulder|\bots\b", "over-shoulder"),
    (r"extreme close|macro|detail", "extreme"),
    (r"medium close|close[- ]?up|close shot|tight|portrait", "close"),
    (r"establish|extreme wide|very wide|panoram|aerial|bird|wide|long shot", "wide"),
    (r"full|whole body|action|dynamic|from the side|group", "full"),
    (r"medium|mid|two-shot|waist|cowboy", "medium"),
)
ANGLES: tuple[tuple[str, Angle], ...] = (
    (r"bird|aerial|high[- ]angle|overhead|from above|top[- ]down", "high"),
    (r"low[- ]angle|worm|from below|upward", "low"),
    (r"dutch|tilted|canted", "dutch"),
)


@dataclass(frozen=True, slots=True)
class Framing:
    """How the camera looks.

    `adult` is the height of a grown-up and `ground` where feet stand, both as parts of the picture's height;
    `horizon` likewise. In close shots `ground` lies below the picture.
    """

    shot: Shot
    angle: Angle
    adult: float
    ground: float
    horizon: float


def _shot(text: str) -> Shot:
    for words, shot in SHOTS:
        if re.search(words, text):
            return shot
    return "medium"


def _angle(text: str) -> Angle:
    for words, angle in ANGLES:
        if re.search(words, text):
            return angle
    return "level"


def framing_for(camera: str) -> Framing:
    """Return the framing that a camera angle asks for; a medium shot if it says nothing."""
    text = camera.lower()
    shot = _shot(text)
    angle = _angle(text)
    adult, ground = _SIZES[shot]
    if angle == "high" and shot in {"wide", "full"}:
        return Framing(shot, angle, adult * 0.86, 0.88, 0.2)
    if angle == "low":
        return Framing(shot, angle, adult * 1.12, ground + 0.05, 0.8 if shot in {"wide", "full"} else 0.88)
    horizon = {"wide": 0.58, "full": 0.6, "medium": 0.6, "close": 0.62, "extreme": 0.62, "over-shoulder": 0.58}[shot]
    return Framing(shot, angle, adult, ground, horizon)


_SIZES: dict[Shot, tuple[float, float]] = {
    "wide": (0.6, 0.93),
    "full": (0.76, 0.95),
    "medium": (1.42, 1.6),
    "close": (2.5, 2.62),
    "extreme": (5.2, 5.1),
    "over-shoulder": (1.5, 1.66),
}
