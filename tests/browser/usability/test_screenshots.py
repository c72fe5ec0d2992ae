"""Pictures of every view of the page, on a phone and on a wide screen.

`make pictures` writes them into docs/pictures/; otherwise they go into a temporary folder.
"""

import os
from dataclasses import dataclass
from pathlib import Path

import PIL.Image
import pytest
from playwright.async_api import ViewportSize, expect

from tests.browser.conftest import NewDevice
from tests.browser.support.accessibility import ColourScheme
from tests.browser.support.album import Album, with_few_colours
from tests.browser.support.comic_page import ComicPage
from tests.browser.support.device import Device
from tests.browser.support.lettering import LetteringPage
from tests.browser.support.model import ModelGate
from tests.browser.support.reader_page import ReaderPage
from tests.browser.support.script_editor import ScriptEditor
from tests.browser.support.shelf import add_copies
from tests.browser.support.stories import LONG, MIDDLE, NEXT, TWO_CHAPTERS
from tests.support.running_app import RunningApp


@dataclass(frozen=True)
class Look:
    """A device and its colour scheme."""

    name: str
    viewport: ViewportSize
    scheme: ColourScheme


PHONE = Look("phone", {"width": 390, "height": 844}, "dark")
WIDE = Look("wide", {"width": 1280, "height": 800}, "light")
SPOKEN = (
    'Mira stood at the harbour. "The boat is gone, and nobody in the whole town has seen it since the storm," said Jon.'
    ' "It was here in the morning," said Mira.'
)
MIDDLE_LIGHTNESS = 128
GAP = 24
PAPER = "#d9d3c7"
README_HEIGHT = 1400


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = Path(os.environ.get("SCREENSHOTS") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


async def test_every_view_is_photographed(
    new_device: NewDevice, app: RunningApp, model: ModelGate, folder: Path
) -> None:
    for look in (WIDE, PHONE):
        album = Album(folder, look.name)
        device = await new_device(look.viewport)
        comic = await _visit(device, look)
        await _start_views(comic, album)
        await _comic_views(comic, album, model)
        await _share_views(device, comic, album, look)
        await _shelf_views(comic, album)
        await _script_views(comic, album)
        await _chapter_views(comic, album)
        await _words_view(comic, album)
        await _errors(device, album, look)

    wide, phone = (opened(folder / f"comic-{look.name}.png") for look in (WIDE, PHONE))
    assert corner_lightness(wide) > MIDDLE_LIGHTNESS > corner_lightness(phone)
    side_by_side(wide, phone).save(folder / "page.png", optimize=True)


async def _visit(device: Device, look: Look, address: str = "/") -> ComicPage:
    comic = await device.visit(address)
    await comic.page.emulate_media(color_scheme=look.scheme)
    return comic


async def _start_views(comic: ComicPage, album: Album) -> None:
    await expect(comic.page.locator("#example-list button")).not_to_have_count(0)
    await comic.page.locator("#sample").scroll_into_view_if_needed()
    await expect(comic.page.locator("#sample img").first).to_have_js_property("complete", value=True)
    await comic.page.evaluate("window.scrollTo(0, 0)")
    await album.add(comic.page, "start-empty", is_whole=True)
    await comic.draw_button.click()
    await expect(comic.page.get_by_role("alert")).to_be_visible()
    await album.add(comic.page, "error-empty-story")
    await comic.write(TWO_CHAPTERS)
    await comic.page.get_by_text("Cut it into chapters").click()
    await expect(comic.page.locator("#cut-list > li")).to_have_count(2)
    await comic.page.locator("#cut").scroll_into_view_if_needed()
    await album.add(comic.page, "start-chapters")
    await comic.write(LONG)
    await expect(comic.page.locator("#price")).to_contain_text("panels")
    await comic.draw_button.scroll_into_view_if_needed()
    await album.add(comic.page, "start-filled")
    await comic.page.locator("footer").get_by_text("Report a problem").click()
    await expect(comic.page.locator("#report-dialog")).to_be_visible()
    await album.add(comic.page, "report-dialog")
    await comic.page.keyboard.press("Escape")


async def _comic_views(comic: ComicPage, album: Album, model: ModelGate) -> None:
    model.hold_panels_after(3)
    await comic.draw_button.click()
    await comic.some_panels(3)
    await album.add(comic.page, "drawing", is_whole=True)
    model.release()
    await comic.complete()
    await album.add(comic.page, "comic", is_whole=True)
    await comic.open_picture(comic.panel(0))
    await expect(comic.dialog.locator(".frame.is-shown")).to_be_visible()
    await album.add(comic.page, "image-dialog")
    await comic.page.keyboard.press("Escape")
    await _reader_and_share_views(comic, album)


async def _reader_and_share_views(comic: ComicPage, album: Album) -> None:
    reader = ReaderPage(comic)
    await reader.open()
    for mode in ("One panel", "One page", "Strip"):
        await reader.show(mode)
        await expect(reader.shown.first).to_be_visible()
        await album.add(comic.page, f"reader-{mode.lower().replace(' ', '-')}")
    await comic.page.keyboard.press("Escape")
    await expect(reader.root).to_be_hidden()
    await comic.page.get_by_role("button", name="Share the comic").click()
    await expect(comic.page.locator("#share-link")).not_to_have_value("")
    await album.add(comic.page, "share-dialog")
    await comic.page.keyboard.press("Escape")


async def _share_views(device: Device, comic: ComicPage, album: Album, look: Look) -> None:
    await device.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await comic.page.get_by_role("button", name="Share the comic").click()
    dialog = comic.page.get_by_role("dialog", name="Share this comic")
    await expect(dialog.get_by_text("The link is copied.")).to_be_visible()
    await album.add(comic.page, "share-dialog")
    shared = await _visit(device, look, await dialog.get_by_label("Link", exact=True).input_value())
    await album.add(shared.page, "share-page", is_whole=True)
    await shared.page.close()
    await comic.page.keyboard.press("Escape")


async def _shelf_views(comic: ComicPage, album: Album) -> None:
    generation_id = await comic.generation_id()
    await add_copies(comic.page, generation_id, 6)
    await comic.page.get_by_role("link", name="Write a story").click()
    shelf = comic.page.locator("#shelf")
    await comic.page.reload()
    await expect(shelf.locator("img[src]")).to_have_count(7)
    await shelf.get_by_role("button", name="Delete").nth(1).click()
    await shelf.evaluate("element => element.scrollIntoView()")
    await album.add(comic.page, "shelf")


async def _script_views(comic: ComicPage, album: Album) -> None:
    await comic.write(MIDDLE)
    await comic.page.get_by_text("Read the script first").click()
    await comic.page.get_by_role("button", name="Write the script").click()
    await expect(comic.ending.locator(".ending-price")).not_to_be_empty()
    await album.add(comic.page, "script")
    editor = ScriptEditor(comic)
    await editor.open()
    await album.add(comic.page, "script-editor")
    await comic.page.go_back()
    await comic.page.get_by_role("button", name="Draw the comic", exact=True).click()
    await comic.complete()
    await editor.open()
    await editor.scene(1).fill("Mira runs along the harbour.")
    await editor.save()
    await expect(comic.ending.locator(".ending-price")).not_to_be_empty()
    await album.add(comic.page, "script-changed")
    await comic.ending.get_by_role("button", name="Draw 1 panel").click()
    await comic.complete()


async def _chapter_views(comic: ComicPage, album: Album) -> None:
    await comic.page.get_by_role("button", name="Continue the story").click()
    await expect(comic.page.locator("#continued")).to_contain_text("come along")
    await album.add(comic.page, "start-continued")
    # The form is filled as for the chapter before.
    await comic.page.get_by_role("checkbox", name="Read the script first").uncheck(force=True)
    await comic.draw(NEXT)
    await comic.complete()
    chapters = comic.page.locator("#chapter-list > li")
    await expect(chapters).to_have_count(2)
    await comic.page.locator("#export").scroll_into_view_if_needed()
    await album.add(comic.page, "chapters")
    await comic.page.get_by_role("link", name="Write a story").click()
    book = comic.page.locator(".shelf-book")
    await expect(book.locator("img[src]")).to_have_count(2)
    await book.evaluate("element => element.scrollIntoView()")
    await album.add(comic.page, "shelf-book")


async def _words_view(comic: ComicPage, album: Album) -> None:
    lettering = LetteringPage(comic)
    await lettering.draw(SPOKEN, "comic")
    await lettering.edit(0)
    await expect(lettering.place(2)).to_be_visible()
    await lettering.place(1).focus()
    await comic.page.keyboard.press("ArrowUp")
    await album.add(comic.page, "words")
    for _ in range(2):
        await comic.page.keyboard.press("Escape")
    await comic.page.get_by_role("link", name="Write a story").click()


async def _errors(device: Device, album: Album, look: Look) -> None:
    device.expect_errors("status of 404")
    missing = await _visit(device, look, f"/#/g/{'0' * 32}")
    await expect(missing.ending).to_contain_text("Comic not found")
    await album.add(missing.page, "error-not-found")


def opened(path: Path) -> PIL.Image.Image:
    with PIL.Image.open(path) as image:
        return image.convert("RGB")


def corner_lightness(image: PIL.Image.Image) -> int:
    """Return the lightness of the page's margin, from 0 to 255."""
    lightness = image.convert("L").getpixel((2, image.height - 2))
    assert isinstance(lightness, int)
    return lightness


def side_by_side(wide: PIL.Image.Image, phone: PIL.Image.Image) -> PIL.Image.Image:
    """Return the upper parts of two pictures side by side, for the README."""
    sheet = PIL.Image.new("RGB", (wide.width + phone.width + 3 * GAP, README_HEIGHT + 2 * GAP), PAPER)
    sheet.paste(wide.crop((0, 0, wide.width, README_HEIGHT)), (GAP, GAP))
    sheet.paste(phone.crop((0, 0, phone.width, README_HEIGHT)), (wide.width + 2 * GAP, GAP))
    return with_few_colours(sheet)
