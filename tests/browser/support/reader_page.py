"""Page object of the comic reader."""

import re

from playwright.async_api import Locator, Page, expect

from tests.browser.support.comic_page import ComicPage


class ReaderPage:
    """The reader of a comic."""

    def __init__(self, comic: ComicPage) -> None:
        self.comic = comic
        self.page: Page = comic.page
        self.root = comic.page.locator("#reader")
        self.place = self.root.locator(".reader-place")
        self.stage = self.root.get_by_role("group", name="Panels", exact=True)
        self.shown = self.root.locator(".reader-panel.is-shown")

    async def open(self) -> None:
        await self.page.get_by_role("link", name="Read the comic").click()
        await expect(self.stage).to_be_focused()

    async def show(self, mode: str) -> None:
        await self.root.get_by_label("Show", exact=True).select_option(mode)
        await self.stage.focus()

    async def expect_place(self, text: str, panel: int) -> None:
        await expect(self.place).to_have_text(text)
        await expect(self.page).to_have_url(re.compile(f"/#/g/[0-9a-f]+/read/{panel}$"))

    def image(self, panel: int) -> Locator:
        return self.root.get_by_role("img", name=f"Panel {panel}.")
