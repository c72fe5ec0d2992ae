"""Pictures of lettering for the documentation, in the folder SCREENSHOTS or in a temporary folder."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import PIL.Image
import PIL.ImageDraw
import pytest

from api.export.comic.pixels import INK, PAPER, flattened, resized
from api.lettering.drawing.raster import draw_lettering
from api.lettering.picture import Picture
from api.lettering.scripts import direction_of, is_vertical
from api.lettering.typeset import Wanted, typeset
from shared.images.calm import calm_map
from shared.images.image import Image
from shared.models.lettering import PanelLettering, PicturePart, PlannedFace, PlannedText
from shared.models.story import DIRECTIONS, Style
from tests.unit.api.export.emulated import emulated_panel, emulated_plan

HEIGHT_PX = 400
GAP_PX = 14
FRAME_PX = 2
COLOURS: dict[Style, int] = {"manga": 16, "comic": 64}


class Drawn(NamedTuple):
    """A panel of an example story by its number, whose faces are where, and its texts."""

    number: int
    faces: tuple[PlannedFace, ...]
    texts: tuple[PlannedText, ...]


def faces(**parts: PicturePart) -> tuple[PlannedFace, ...]:
    return tuple(PlannedFace(name=name, part=part) for name, part in parts.items())


def told(text: str) -> PlannedText:
    return PlannedText(kind="narration", text=text)


def said(speaker: str, text: str) -> PlannedText:
    return PlannedText(kind="dialogue", speaker=speaker, text=text)


def heard(text: str) -> PlannedText:
    return PlannedText(kind="effect", text=text)


class Strip(NamedTuple):
    story: str
    style: Style
    language: str
    panels: Sequence[Drawn]


LATIN = Strip(
    "pudding",
    "comic",
    "en",
    (
        Drawn(
            3,
            faces(Priya="left", Okafor="right"),
            (
                told("Monday, five past twelve."),
                said("Priya", "Fifty bowls, Leo. Fifty!"),
                said("Okafor", "And not a single spoon."),
            ),
        ),
        Drawn(
            7,
            faces(Rex="left", Priya="right"),
            (
                heard("WOOF!"),
                said("Priya", "Rex! Who left the kitchen door open?"),
            ),
        ),
    ),
)
JAPANESE = Strip(
    "lighthouse",
    "manga",
    "ja",
    (
        Drawn(
            2,
            faces(Tomas="center"),
            (
                told("嵐の夜、大きなランプが止まった。"),
                said("Tomas", "電球は大丈夫だ。歯車が12個も…。腕が太くて届かん！"),
            ),
        ),
        Drawn(
            5,
            faces(Mira="left", Biscuit="right"),
            (
                heard("ニャー！"),
                said("Mira", "おじいちゃん、「車輪」を逆に押して！"),
            ),
        ),
    ),
)
ARABIC = Strip(
    "teahouse",
    "comic",
    "ar",
    (
        Drawn(
            6,
            faces(Kenji="left", Hana="right"),
            (
                said("Hana", "أربعون سنة. ركبت أختي القطار رقم 12 إلى البحر."),
                said("Kenji", "ولماذا لم ترجع؟"),
            ),
        ),
        Drawn(
            7,
            faces(Hana="left", Kenji="right"),
            (
                told("وفجأة هطل المطر."),
                said("Hana", "كانت مظلة جيدة جدا!"),
                said("Kenji", "حقا؟"),
            ),
        ),
    ),
)
STRIPS = {"latin": LATIN, "japanese": JAPANESE, "arabic": ARABIC}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = Path(os.environ.get("SCREENSHOTS") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.mark.parametrize("name", STRIPS)
def test_texts_are_set_over_the_panels(name: str, folder: Path) -> None:
    strip = STRIPS[name]
    analysis, plans = emulated_plan(strip.story, strip.style)
    panels: list[PIL.Image.Image] = []
    for panel in strip.panels:
        plan = plans[panel.number - 1].model_copy(update={"faces": panel.faces, "texts": panel.texts})
        image = emulated_panel(plan, analysis, strip.style, "text")
        panels.append(framed(image, lettered(image, panel, strip)))

    sheet = side_by_side(panels if DIRECTIONS[strip.style] == "ltr" else panels[::-1])
    save(sheet, folder / f"lettering-{name}.png", COLOURS[strip.style])
    assert len({panel.tobytes() for panel in panels}) == len(strip.panels)


def lettered(image: Image, panel: Drawn, strip: Strip) -> PanelLettering:
    """Return a panel's texts as they are set over its picture."""
    width, height = flattened(image).size
    picture = Picture(width / height, calm_map(image), panel.faces)
    return PanelLettering(
        panel=panel.number - 1,
        language=strip.language,
        direction=direction_of(strip.language),
        is_vertical=is_vertical(strip.language),
        version=0,
        texts=typeset([Wanted(text) for text in panel.texts], picture, strip.language, DIRECTIONS[strip.style]),
    )


def framed(image: Image, lettering: PanelLettering) -> PIL.Image.Image:
    """Return the panel with its texts, and a frame around it."""
    pixels = flattened(image)
    size = (round(HEIGHT_PX * pixels.width / pixels.height), HEIGHT_PX)
    panel = resized(pixels, size, PIL.Image.Resampling.LANCZOS)
    draw_lettering(panel, (0, 0, *size), lettering)
    PIL.ImageDraw.Draw(panel).rectangle((0, 0, size[0] - 1, size[1] - 1), outline=INK, width=FRAME_PX)
    return panel


def side_by_side(panels: Sequence[PIL.Image.Image]) -> PIL.Image.Image:
    width = sum(panel.width + GAP_PX for panel in panels) + GAP_PX
    sheet = PIL.Image.new("RGB", (width, HEIGHT_PX + 2 * GAP_PX), PAPER)
    x = GAP_PX
    for panel in panels:
        sheet.paste(panel, (x, GAP_PX))
        x += panel.width + GAP_PX
    return sheet


def save(image: PIL.Image.Image, path: Path, colours: int) -> None:
    image.quantize(colours, dither=PIL.Image.Dither.NONE).save(path, "PNG", optimize=True)
