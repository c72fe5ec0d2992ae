"""Screenshots of the page, in the folder SCREENSHOTS or in a temporary folder."""

import os
from pathlib import Path

import PIL.Image
import pytest
from playwright.async_api import ViewportSize, expect

from tests.browser.conftest import NewDevice
from tests.browser.support.accessibility import SCHEMES
from tests.browser.support.comic_page import ComicPage
from tests.browser.support.device import DESKTOP
from tests.browser.support.stories import LONG

PHONE: ViewportSize = {"width": 390, "height": 844}
GAP = 32
PAPER = "#d9d3c7"
MIDDLE = 128
# Down to the panels and the export.
SHEET_HEIGHT = 2095
SHEET_SCALE = 0.6


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = Path(os.environ.get("SCREENSHOTS") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


async def test_screenshots_of_a_comic_on_phone_and_desktop(new_device: NewDevice, folder: Path) -> None:
    desktop = await (await new_device(DESKTOP)).visit()
    phone_device = await new_device(PHONE)
    await desktop.write(LONG)
    await photograph(desktop, folder / "start-desktop")
    await desktop.draw_button.click()
    await desktop.complete()
    phone = await phone_device.visit(desktop.page.url)
    await phone.complete()

    await photograph(desktop, folder / "desktop")
    await photograph(phone, folder / "phone")
    await desktop.open_picture(desktop.panel(0))
    await expect(desktop.dialog.locator(".frame.is-shown")).to_be_visible()
    await photograph(desktop, folder / "picture-desktop", is_whole=False)

    for name in ("desktop", "phone"):
        light, dark = (opened(folder / f"{name}-{scheme}.png") for scheme in SCHEMES)
        assert corner_lightness(light) > MIDDLE > corner_lightness(dark)
    both = side_by_side(opened(folder / "desktop-light.png"), opened(folder / "phone-dark.png"))
    both.save(folder / "page.png", optimize=True)


async def photograph(comic: ComicPage, path: Path, *, is_whole: bool = True) -> None:
    """Take a screenshot in each colour scheme, of the whole page or of the window."""
    for scheme in SCHEMES:
        await comic.page.emulate_media(color_scheme=scheme)
        await comic.page.screenshot(path=f"{path}-{scheme}.png", full_page=is_whole)


def opened(path: Path) -> PIL.Image.Image:
    with PIL.Image.open(path) as image:
        return image.convert("RGB")


def corner_lightness(image: PIL.Image.Image) -> int:
    """Return the lightness of the page's margin, from 0 to 255."""
    lightness = image.convert("L").getpixel((2, image.height - 2))
    assert isinstance(lightness, int)
    return lightness


def side_by_side(desktop: PIL.Image.Image, phone: PIL.Image.Image) -> PIL.Image.Image:
    """Return the upper parts of two screenshots side by side, at a size for the README."""
    sheet = PIL.Image.new("RGB", (desktop.width + phone.width + 3 * GAP, SHEET_HEIGHT + 2 * GAP), PAPER)
    sheet.paste(desktop.crop((0, 0, desktop.width, SHEET_HEIGHT)), (GAP, GAP))
    sheet.paste(phone.crop((0, 0, phone.width, SHEET_HEIGHT)), (desktop.width + 2 * GAP, GAP))
    size = (round(sheet.width * SHEET_SCALE), round(sheet.height * SHEET_SCALE))
    # Pillow types the size as any array, too.
    smaller = sheet.resize(size)  # pyright: ignore[reportUnknownMemberType]
    return smaller.quantize(192)
