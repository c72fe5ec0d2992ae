"""The camera: from words such as `Low-angle close-up` to sizes and heights in the picture."""

import re
from dataclasses import dataclass
from typing import Literal

type Shot = Literal["wide", "full", "medium", "close", "extreme"]
type Angle = Literal["low", "high"]

# The first whose words are in the text counts.
SHOTS: dict[Shot, str] = {
    "extreme": r"extreme close|macro|detail",
    "close": r"close|tight|portrait",
    "wide": r"establish|wide|panoram|aerial|bird|long shot",
    "full": r"full|whole body|action|dynamic|group",
}
ANGLES: dict[Angle, str] = {
    "high": r"bird|aerial|high[- ]angle|overhead|from above|top[- ]down",
    "low": r"low[- ]angle|worm|from below|upward",
}
# The height of a grown-up in shots from head to foot, and where feet stand, as parts of the picture's height.
ADULTS: dict[Shot, float] = {"wide": 0.6, "full": 0.76}
GROUND, HIGH_GROUND = 0.94, 0.88


@dataclass(frozen=True, slots=True)
class Framing:
    """How the camera looks. `adult` (0 in close shots), `ground` and `horizon` are parts of the picture's height."""

    shot: Shot
    adult: float
    ground: float
    horizon: float

    @property
    def shows_legs(self) -> bool:
        """Whether figures are in the picture from head to foot."""
        return self.adult > 0


def framing_for(camera: str) -> Framing:
    """Return the framing that a camera angle asks for; a medium shot if it says nothing."""
    text = camera.lower()
    shot = _first(SHOTS, text) or "medium"
    angle = _first(ANGLES, text)
    adult = ADULTS.get(shot, 0.0)
    if angle == "high" and adult:
        return Framing(shot, adult * 0.86, HIGH_GROUND, 0.2)
    if angle == "low":
        return Framing(shot, adult * 1.12, GROUND + 0.05, 0.8 if adult else 0.88)
    return Framing(shot, adult, GROUND, 0.6)


def _first[Name: str](table: dict[Name, str], text: str) -> Name | None:
    return next((name for name, words in table.items() if re.search(words, text)), None)
