"""The icons of the installed page are drawn from `icon.svg`; with UPDATE_ICONS=1, this draws them again."""

import io
import os

import PIL.Image
import PIL.ImageChops
import pytest
from playwright.async_api import Browser

from tools.devstack.stack import REPOSITORY

ASSETS = REPOSITORY / "web" / "assets"
# Width, and the share of it that the drawing fills: launchers may crop a maskable icon to its middle 80 %.
ICONS = {"icon-192.png": (192, 1.0), "icon-512.png": (512, 1.0), "maskable-512.png": (512, 0.8)}
BACKGROUND = "#191716"
# Browsers of other versions smooth edges differently.
MOST_DIFFERENCE = 0.01


@pytest.mark.parametrize("name", ICONS)
async def test_icon_is_drawn_from_the_svg(chromium: Browser, name: str) -> None:
    width, share = ICONS[name]
    is_maskable = share < 1
    page = await chromium.new_page(viewport={"width": width, "height": width})
    drawing = (ASSETS / "icon.svg").read_text().replace("<svg ", f'<svg width="{share:.0%}" ', 1)
    colour = BACKGROUND if is_maskable else "transparent"
    style = f"margin: 0; height: 100vh; display: grid; place-items: center; background: {colour}"
    await page.set_content(f'<body style="{style}">{drawing}</body>')
    drawn = await page.screenshot(omit_background=True)
    await page.close()

    path = ASSETS / "icons" / name
    if os.environ.get("UPDATE_ICONS"):
        path.parent.mkdir(exist_ok=True)
        _image(drawn).quantize(64, PIL.Image.Quantize.FASTOCTREE).save(path, optimize=True)
    stored = _image(path.read_bytes())
    assert stored.size == (width, width)
    assert _difference(stored, _image(drawn)) < MOST_DIFFERENCE


def _image(png: bytes) -> PIL.Image.Image:
    return PIL.Image.open(io.BytesIO(png)).convert("RGBA")


def _difference(one: PIL.Image.Image, other: PIL.Image.Image) -> float:
    """Return how far apart two images are, from 0 to 1."""
    histogram = PIL.ImageChops.difference(one, other).convert("L").histogram()
    return sum(value * count for value, count in enumerate(histogram)) / (255 * one.width * one.height)
