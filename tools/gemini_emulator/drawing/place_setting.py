"""What every backdrop is painted from."""

from dataclasses import dataclass

from tools.gemini_emulator.drawing.colours import Colour, rgb
from tools.gemini_emulator.story.lexicon.times import Daytime, Weather

SNOW = rgb(0xF4F8FC, 255)


@dataclass(frozen=True, slots=True)
class Setting:
    """What a backdrop is painted from. The horizon is in pixels from the top and may lie outside the picture."""

    width: float
    height: float
    horizon: float
    daytime: Daytime
    seed: str
    weather: Weather = "clear"

    def land(self, colour: Colour) -> Colour:
        """Return the colour of the ground, which may lie under snow."""
        return SNOW if self.weather == "snow" else colour

    @property
    def is_dark(self) -> bool:
        """Whether lamps are on."""
        return self.daytime == "night"
