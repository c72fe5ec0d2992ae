"""`python -m tools.gemini_emulator.looks`: draws the sample pictures of the page's style presets."""

import io
import json
from pathlib import Path

import PIL.Image
import PIL.ImageOps
from pydantic import BaseModel, TypeAdapter

from tools.gemini_emulator.drawing.pictures import draw_panel
from tools.gemini_emulator.prompt import Prompt

FOLDER = Path(__file__).resolve().parents[2] / "web" / "assets" / "looks"
SIZE_PX, STORED_PX, QUALITY = (640, 480), (160, 120), 62
PANEL = """{
  "panel": {
    "panelNumber": 3, "characters": ["Mira"], "sceneDescription": "On the beach: Mira waves.",
    "cameraAngle": "Medium shot", "visualMood": "happy"
  },
  "cast": [
    {"name": "Mira", "physicalDescription": "A girl of ten with short black hair, a red scarf and a green coat."}
  ],
  "setting": {"timePeriod": "a sunny day", "location": "a beach", "mood": "happy"},
  "style": "comic"
}"""


class Preset(BaseModel):
    """A style text of the page, with its name and the file of its sample picture."""

    name: str
    image: str
    text: str


def read_presets() -> list[Preset]:
    return TypeAdapter(list[Preset]).validate_json((FOLDER / "presets.json").read_bytes())


def sample_of(preset: Preset) -> bytes:
    """Return the sample picture of a preset, as a small WebP file."""
    prompt = Prompt("panel", {**json.loads(PANEL), "style-text": preset.text}, "")
    with PIL.Image.open(io.BytesIO(draw_panel(prompt, SIZE_PX))) as picture:
        small = PIL.ImageOps.fit(picture.convert("RGB"), STORED_PX)
    out = io.BytesIO()
    small.save(out, "WEBP", quality=QUALITY, method=6)
    return out.getvalue()


if __name__ == "__main__":
    for each in read_presets():
        (FOLDER / each.image).write_bytes(sample_of(each))
