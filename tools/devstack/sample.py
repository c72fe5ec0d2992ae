"""`python -m tools.devstack sample`: draws the sample comic that the page shows to new users."""

import tempfile
from pathlib import Path

import PIL.Image
import PIL.ImageOps
from pydantic import BaseModel, Field

from tools.devstack.demo import run_demo
from tools.devstack.processes import StartFailed
from tools.devstack.stack import REPOSITORY

FOLDER = REPOSITORY / "web" / "assets" / "sample"
_STYLE = "comic"
# The emulator draws it, whatever the environment says.
_NO_MODEL = {"GEMINI_API_KEY": "", "GOOGLE_GEMINI_BASE_URL": ""}
_WIDTH_PX = 640
_QUALITY = 60


class _Analysis(BaseModel):
    title: str


class _PanelPlan(BaseModel):
    scene: str = Field(alias="sceneDescription")
    dialogue: str | None = None


class _Breakdown(BaseModel):
    panels: list[_PanelPlan]


class SamplePanel(BaseModel):
    """A panel: the name of its file, its size in pixels, and its texts."""

    image: str
    width: int
    height: int
    scene: str
    dialogue: str | None


class Sample(BaseModel):
    """The sample comic, as in `sample.json`."""

    title: str
    style: str
    panels: list[SamplePanel]


def make_sample(story: Path) -> int:
    """Draw the story, and replace the stored sample with small copies of its panels."""
    with tempfile.TemporaryDirectory(prefix="story-to-manga-") as scratch:
        out = Path(scratch)
        if run_demo(story, ["--style", _STYLE], out, _NO_MODEL) != 0:
            raise StartFailed("The sample was not drawn. See the messages above.")
        analysis = _Analysis.model_validate_json((out / "analysis.json").read_bytes())
        breakdown = _Breakdown.model_validate_json((out / "chunks.json").read_bytes())
        pictures = sorted((out / "panels").iterdir())
        FOLDER.mkdir(exist_ok=True)
        for old in FOLDER.glob("*.webp"):
            old.unlink()
        panels = [
            _panel(picture, number, plan)
            for number, (picture, plan) in enumerate(zip(pictures, breakdown.panels, strict=True), start=1)
        ]
    sample = Sample(title=analysis.title, style=_STYLE, panels=panels)
    (FOLDER / "sample.json").write_text(f"{sample.model_dump_json(indent=2)}\n", encoding="utf-8")
    return 0


def _panel(picture: Path, number: int, plan: _PanelPlan) -> SamplePanel:
    name = f"{number}.webp"
    with PIL.Image.open(picture) as image:
        small = PIL.ImageOps.scale(image.convert("RGB"), _WIDTH_PX / image.width)
        small.save(FOLDER / name, quality=_QUALITY, method=6)
    return SamplePanel(image=name, width=small.width, height=small.height, scene=plan.scene, dialogue=plan.dialogue)
