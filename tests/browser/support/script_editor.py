"""Page object of the editor of the script."""

from playwright.async_api import Locator, Page, expect

from tests.browser.support.comic_page import ComicPage


class ScriptEditor:
    """The editor in a tab."""

    def __init__(self, comic: ComicPage) -> None:
        self.page: Page = comic.page
        self.root = comic.page.locator("#script-editor")
        self.heading = self.root.get_by_role("heading", name="Edit the script")
        self.title = self.root.get_by_role("textbox", name="Title", exact=True)
        self.panels = self.root.get_by_role("group", name="Panel")
        self.note = self.root.locator("#script-note")
        self.save_button = self.root.get_by_role("button", name="Save the script")

    async def open(self) -> None:
        """Open it from the comic."""
        await self.page.get_by_role("link", name="Edit the script").first.click()
        await expect(self.title).to_be_visible()

    def panel(self, number: int) -> Locator:
        return self.root.get_by_role("group", name=f"Panel {number}", exact=True)

    def character(self, number: int) -> Locator:
        return self.root.get_by_role("group", name=f"Character {number}", exact=True)

    def scene(self, number: int) -> Locator:
        return self.panel(number).get_by_label("What the panel shows")

    async def save(self) -> None:
        """Save the script, and wait until the comic is shown again."""
        await self.save_button.click()
        await expect(self.root).to_be_hidden()
