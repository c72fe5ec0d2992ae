"""Pictures of the page for the documents, small enough for a repository."""

import io
from pathlib import Path

import PIL.Image
import PIL.ImageOps
from playwright.async_api import Page

MOST_HEIGHT_PX = 1900
MOST_WIDTH_PX = 960
COLOURS = 160
KMEANS_ROUNDS = 5

# Wait for the images in the window, or for all.
_LOAD_IMAGES = """isWhole => Promise.all([...document.images].map(image => {
  const { top, bottom } = image.getBoundingClientRect();
  if (!isWhole && (bottom < 0 || top > innerHeight)) return null;
  image.loading = "eager";
  return image.decode().catch(() => undefined);
}))"""


class Album:
    """The pictures of one device: `<view>-<device>.png`."""

    def __init__(self, folder: Path, device: str) -> None:
        self._folder = folder
        self._device = device

    async def add(self, page: Page, view: str, *, is_whole: bool = False) -> PIL.Image.Image:
        """Photograph the window, or the whole page down to a limit, and return the picture."""
        await page.evaluate(_LOAD_IMAGES, is_whole)
        picture = _small(await page.screenshot(full_page=is_whole, animations="disabled", caret="hide"))
        with_few_colours(picture).save(self.path(view), optimize=True)
        return picture

    def path(self, view: str) -> Path:
        """Return where the picture of a view is."""
        return self._folder / f"{view}-{self._device}.png"


def _small(png: bytes) -> PIL.Image.Image:
    with PIL.Image.open(io.BytesIO(png)) as image:
        picture = image.convert("RGB")
    picture = picture.crop((0, 0, picture.width, min(picture.height, MOST_HEIGHT_PX)))
    return PIL.ImageOps.scale(picture, min(1, MOST_WIDTH_PX / picture.width))


def with_few_colours(picture: PIL.Image.Image) -> PIL.Image.Image:
    """Return the picture with a palette, which needs a fraction of the room."""
    return picture.quantize(COLOURS, PIL.Image.Quantize.MAXCOVERAGE, KMEANS_ROUNDS, dither=PIL.Image.Dither.NONE)
