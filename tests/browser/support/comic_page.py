"""Page object of the app."""

import re
from typing import cast

from playwright.async_api import Download, FilePayload, Locator, Page, expect

GENERATION_ADDRESS = re.compile(r"/#/g/([0-9a-f]{32})$")
ALL = re.compile(r"^(\d+) of \1$")

# The URLs of the visible images, by place.
_PICTURES = """places => Promise.all(places.map(async place => {
  const image = place.querySelector(".frame.is-shown img");
  if (image === null) return null;
  await image.decode();
  return image.src;
}))"""

# Whether each place shows the pixels of the app's image.
_SAME_PIXELS = """async (places, [path, versions]) => {
  const pixels = image => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [32, 32];
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context.drawImage(image, 0, 0, 32, 32);
    return context.getImageData(0, 0, 32, 32).data.join();
  };
  return Promise.all(places.map(async (place, index) => {
    const original = new Image();
    original.src = `${path}/${index}/${versions[index] ?? 1}`;
    await original.decode();
    return pixels(original) === pixels(place.querySelector("img"));
  }));
}"""


class ComicPage:
    """A tab with the app."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.story = page.get_by_role("textbox", name="Your story")
        self.draw_button = page.get_by_role("button", name="Draw the comic", exact=True)
        self.title = page.locator("#comic-title")
        self.progress = page.locator("#progress")
        self.step = page.locator("#step-text")
        self.ending = page.locator("#ending")
        self.characters = page.locator("#characters > li")
        self.panels = page.locator("#panels > li")
        self.drawn_characters = page.locator("#characters > li .frame.is-shown")
        self.drawn_panels = page.locator("#panels > li .frame.is-shown")
        self.dialog = page.locator("#image-dialog")

    async def write(self, story: str, style: str = "manga") -> None:
        await self.story.fill(story)
        await self.page.get_by_role("radio", name=style).check()

    async def draw(self, story: str, style: str = "manga") -> str:
        """Start a generation, and return its id when the app has answered."""
        await self.write(story, style)
        await self.draw_button.click()
        return await self.generation_id()

    async def add_character(self, name: str, picture: bytes) -> None:
        await self.page.get_by_text("Add your own pictures").click()
        file: FilePayload = {"name": f"{name}.png", "mimeType": "image/png", "buffer": picture}
        await self.page.locator("#character-references-files").set_input_files(file)
        await expect(self.page.get_by_label(f"Name of the character of {name}.png")).to_have_value(name)

    async def generation_id(self) -> str:
        """Wait for the id in the URL, and return it."""
        await self.page.wait_for_url(GENERATION_ADDRESS)
        found = GENERATION_ADDRESS.search(self.page.url)
        assert found is not None
        return found[1]

    async def ended(self) -> None:
        """Wait until the page says that the drawing has ended."""
        await expect(self.page.get_by_role("button", name="Cancel", disabled=False)).to_be_hidden()

    async def complete(self) -> int:
        """Wait until all planned images are visible, and return the number of panels."""
        await expect(self.page.locator("#panel-count")).to_have_text(ALL)
        await self.ended()
        count = await self.panels.count()
        await expect(self.drawn_panels).to_have_count(count)
        await expect(self.drawn_characters).to_have_count(await self.characters.count())
        return count

    async def some_panels(self, least: int = 1) -> None:
        await expect(self.drawn_panels.nth(least - 1)).to_be_visible()

    async def result_count(self) -> int:
        """Return how many results the page shows: analysis, script, characters and panels."""
        parts = ("#analysis > *:first-child", "#layout > li:first-child", "#characters .is-shown", "#panels .is-shown")
        return await self.page.locator(", ".join(parts)).count()

    async def pictures(self) -> list[str | None]:
        """Return the URLs of the panels' images in this tab, by place; None if there is no image."""
        return cast("list[str | None]", await self.panels.evaluate_all(_PICTURES))

    async def wrong_panels(self, **versions: int) -> list[int]:
        """Return the indexes of the panels that do not show the app's image.

        That is version 1, or the version given by index, such as `**{"1": 2}`.
        """
        path = f"/api/generations/{await self.generation_id()}/images/panels"
        same = cast("list[bool]", await self.panels.evaluate_all(_SAME_PIXELS, [path, versions]))
        return [index for index, is_same in enumerate(same) if not is_same]

    def panel(self, index: int) -> Locator:
        """Return a panel by its index, which counts from 0."""
        return self.panels.nth(index)

    async def open_picture(self, place: Locator) -> None:
        # Texts may cover the middle.
        await place.locator(".frame-open").click(position={"x": 6, "y": 6})
        await expect(self.dialog).to_be_visible()

    async def redo(self, instructions: str) -> None:
        await self.dialog.get_by_label("What should be different?").fill(instructions)
        await self.dialog.get_by_role("button", name="Draw again").click()

    async def export(self, name: str) -> Download:
        async with self.page.expect_download() as downloading:
            await self.page.locator("#export-links a", has_text=name).click()
        return await downloading.value
