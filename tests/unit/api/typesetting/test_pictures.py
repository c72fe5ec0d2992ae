"""Pictures of lettering for the documentation, in the folder SCREENSHOTS or in a temporary folder."""

import os
from pathlib import Path
from typing import NamedTuple

import PIL.Image
import PIL.ImageDraw
import pytest

from api.export.comic.pixels import INK, flattened, resized
from api.typesetting.drawing.raster import draw_lettering
from api.typesetting.picture import Picture
from api.typesetting.scripts import direction_of, is_vertical
from api.typesetting.typeset import Wanted, typeset
from shared.images.calm import calm_map
from shared.images.image import Image
from shared.models.lettering import LetteredKind, PanelLettering, PlannedFace, PlannedText
from shared.models.story import DIRECTIONS
from tests.unit.api.export.emulated import emulated_panel, emulated_plan

WIDTH_PX = 640
FRAME_PX = 3
QUALITY = 90

STORY, STYLE, PANEL = "pudding", "comic", 7
SPEAKER = "Priya"
FACES = (PlannedFace(name="Rex", part="left"), PlannedFace(name=SPEAKER, part="right"))
KINDS: tuple[LetteredKind, ...] = ("narration", "effect", "dialogue")


class Words(NamedTuple):
    """The caption, the sound effect and the balloon of the panel in one language."""

    language: str
    caption: str
    effect: str
    balloon: str


WORDS = {
    "latin": Words("en", "Later, in the rain.", "WOOF!", "Rex! So it was you who stole 12 puddings?"),
    "japanese": Words("ja", "その後、雨の中で。", "ワン！", "12個のプリンを、食べたのは君か！？"),
    "arabic": Words("ar", "لاحقا، تحت المطر.", "هو هو!", "ريكس! أأنت من سرق 12 حلوى (Pudding)؟"),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = Path(os.environ.get("SCREENSHOTS") or tmp_path) / "lettering"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="module")
def picture() -> Image:
    """The panel without any writing, as the model emulator draws it."""
    analysis, plans = emulated_plan(STORY, STYLE)
    plan = plans[PANEL - 1].model_copy(update={"faces": FACES, "texts": texts_of(WORDS["latin"])})
    return emulated_panel(plan, analysis, STYLE, "text")


def test_texts_of_each_script_are_set_over_the_panel(picture: Image, folder: Path) -> None:
    drawn = {name: framed(picture, lettered(picture, words)) for name, words in WORDS.items()}

    for name, panel in drawn.items():
        panel.save(folder / f"{name}.webp", "WEBP", quality=QUALITY, method=6)
    assert len({panel.tobytes() for panel in drawn.values()}) == len(WORDS)


def texts_of(words: Words) -> tuple[PlannedText, ...]:
    speakers = (None, None, SPEAKER)
    return tuple(
        PlannedText(kind=kind, speaker=speaker, text=text)
        for kind, speaker, text in zip(KINDS, speakers, words[1:], strict=True)
    )


def lettered(picture: Image, words: Words) -> PanelLettering:
    """Return the texts as they are set over the picture."""
    width, height = flattened(picture).size
    wanted = [Wanted(text) for text in texts_of(words)]
    return PanelLettering(
        panel=PANEL - 1,
        language=words.language,
        direction=direction_of(words.language),
        is_vertical=is_vertical(words.language),
        version=0,
        aspect=width / height,
        texts=typeset(wanted, Picture(width / height, calm_map(picture), FACES), words.language, DIRECTIONS[STYLE]),
    )


def framed(picture: Image, lettering: PanelLettering) -> PIL.Image.Image:
    """Return the panel with its texts, and a frame around it."""
    pixels = flattened(picture)
    size = (WIDTH_PX, round(WIDTH_PX * pixels.height / pixels.width))
    panel = resized(pixels, size, PIL.Image.Resampling.LANCZOS)
    draw_lettering(panel, (0, 0, *size), lettering)
    PIL.ImageDraw.Draw(panel).rectangle((0, 0, size[0] - 1, size[1] - 1), outline=INK, width=FRAME_PX)
    return panel
