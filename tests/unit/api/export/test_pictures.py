"""Pictures of exports for the documentation, in the folder SCREENSHOTS or in a temporary folder."""

import os
from collections.abc import Sequence
from pathlib import Path

import PIL.Image
import pytest

from api.export.archives.cbz import PIXELS_A_MM, draw_page
from api.export.comic.comic import Comic
from api.export.comic.layout import Sheet
from api.export.comic.pages import Page, compose
from api.export.comic.pixels import resized
from shared.models.story import Style
from tests.unit.api.export.emulated import emulated_comic

SCALE = 0.32
COLOURS = 128
GAP = 16
PAPER = "#d9d3c7"
SHEET = Sheet()

type Angles = Sequence[tuple[int, str]]

MANGA_PAGE: Angles = (
    (1, "Medium shot"),
    (2, "Medium shot"),
    (3, "Close-up"),
    (4, "Medium shot"),
    (5, "Medium close-up"),
    (7, "Medium shot"),
)
LAYOUTS: dict[str, tuple[str, Style, Angles]] = {
    "1-splash": ("robot", "comic", ((1, "Splash page, low angle"),)),
    "2-two": ("teahouse", "manga", ((5, "Medium shot"), (9, "Medium shot"))),
    "3-four": (
        "pudding",
        "comic",
        ((1, "Wide establishing shot"), (5, "Full shot"), (3, "Medium shot"), (6, "Medium shot")),
    ),
    "4-five": (
        "robot",
        "comic",
        ((1, "Medium shot"), (2, "Close-up"), (4, "Wide shot"), (5, "Close-up"), (9, "Medium shot")),
    ),
    "5-six": ("lighthouse", "manga", MANGA_PAGE),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = Path(os.environ.get("SCREENSHOTS") or tmp_path)
    (folder / "layouts").mkdir(parents=True, exist_ok=True)
    return folder


@pytest.mark.parametrize("name", LAYOUTS)
def test_layouts_fit_on_one_page(name: str, folder: Path) -> None:
    comic = emulated_comic(*LAYOUTS[name])

    (page,) = story_pages(comic)
    save(drawn(comic, page), folder / f"layouts/{name}.png")
    assert len(page.items) == len(comic.panels)


def test_covers_and_pages_are_side_by_side(folder: Path) -> None:
    manga, comic = emulated_comic("lighthouse", "manga"), emulated_comic("pudding", "comic")
    pages = [drawn(each, page) for each in (manga, comic) for page in compose(each, SHEET)[:2]]

    width, height = pages[0].size
    together = PIL.Image.new("RGB", (len(pages) * (width + GAP) + GAP, height + 2 * GAP), PAPER)
    for number, page in enumerate(pages):
        together.paste(page, (GAP + number * (width + GAP), GAP))
    save(together, folder / "pages.png")
    assert len({page.tobytes() for page in pages}) == len(pages)


def story_pages(comic: Comic) -> list[Page]:
    return [page for page in compose(comic, SHEET) if page.kind == "story"]


def drawn(comic: Comic, page: Page) -> PIL.Image.Image:
    """Return a page in the size of the documentation."""
    size = (round(SHEET.width * PIXELS_A_MM * SCALE), round(SHEET.height * PIXELS_A_MM * SCALE))
    return resized(draw_page(comic, page, SHEET), size, PIL.Image.Resampling.LANCZOS)


def save(image: PIL.Image.Image, path: Path) -> None:
    image.quantize(COLOURS, dither=PIL.Image.Dither.NONE).save(path, "PNG", optimize=True)
