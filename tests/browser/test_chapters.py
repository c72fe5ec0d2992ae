"""Chapters: a comic that is continued, and a long story that is cut."""

import re

import pytest
from playwright.async_api import Route, ViewportSize, expect

from tests.browser.conftest import NewDevice
from tests.browser.support.accessibility import FEW_LOOKS, accessibility_problems
from tests.browser.support.device import Device
from tests.browser.support.model import ModelGate, calls_by_kind
from tests.browser.support.stories import NEXT, SHORT, TWO_CHAPTERS
from tests.support.running_app import RunningApp

PHONE: ViewportSize = {"width": 360, "height": 740}
WIDE: ViewportSize = {"width": 1280, "height": 800}


async def test_story_is_continued_with_its_cast(device: Device, app: RunningApp) -> None:
    comic = await device.visit()
    page = comic.page
    first = await comic.draw(SHORT, "comic")
    await comic.complete()
    title = await comic.title.inner_text()
    app.emulator.reset()
    continued = page.locator("#continued")

    await page.get_by_role("button", name="Continue the story").click()
    await expect(continued).to_be_focused()
    await expect(continued).to_contain_text(f"This story continues “{title}”. Mira and Jon come along")
    await expect(page.get_by_role("radio", name="Comic")).to_be_checked()
    assert await accessibility_problems(page, FEW_LOOKS) == []
    await page.reload()
    await expect(continued).to_contain_text("Mira and Jon come along")
    second = await comic.draw(NEXT, "comic")
    await comic.complete()

    assert second != first
    assert calls_by_kind(app).get("character", 0) == 0
    chapters = page.locator("#chapter-list > li")
    await expect(chapters).to_have_count(2)
    await expect(chapters.nth(1).get_by_role("link")).to_have_attribute("aria-current", "page")
    assert await accessibility_problems(page, FEW_LOOKS) == []
    await page.get_by_text("All 2 chapters in one file").click()
    assert (await comic.export("PDF")).suggested_filename.endswith(".pdf")
    assert "chapters=all" in str(await page.locator("#export-links a", has_text="PDF").get_attribute("href"))

    await chapters.nth(0).get_by_role("link").click()
    await comic.page.wait_for_url(re.compile(first))
    await expect(comic.title).to_be_focused()
    await comic.complete()
    await expect(page.get_by_role("link", name="Read chapter 2")).to_be_visible()
    await expect(page.get_by_role("button", name="Continue the story")).to_be_hidden()

    await page.get_by_role("link", name="Write a story").click()
    await expect(continued).to_be_hidden()
    book = page.locator("#shelf-list > li.shelf-book")
    await expect(book).to_have_count(1)
    await expect(book.get_by_role("heading")).to_have_text(f"{title} · 2 chapters")
    await expect(book.get_by_role("link")).to_have_count(2)
    await expect(book.get_by_role("listitem").nth(1)).to_contain_text(re.compile(r"Chapter 2 · \d panels"))
    assert await accessibility_problems(page, FEW_LOOKS) == []


@pytest.mark.parametrize(("viewport", "is_at_end"), [(PHONE, True), (WIDE, False)], ids=["phone, at the end", "wide"])
async def test_long_story_is_cut_and_its_next_chapter_follows(
    new_device: NewDevice, app: RunningApp, model: ModelGate, viewport: ViewportSize, *, is_at_end: bool
) -> None:
    device = await new_device(viewport)
    comic = await device.visit()
    page, cut = comic.page, comic.page.locator("#cut-list > li")
    await comic.write(SHORT)
    await expect(page.get_by_text("Cut it into chapters")).to_be_hidden()
    await comic.write(TWO_CHAPTERS)
    await page.get_by_text("Cut it into chapters").click()
    await expect(page.locator("#word-count")).to_contain_text("of 3000 words")
    await expect(cut).to_have_count(2)
    await expect(cut.nth(0)).to_contain_text(re.compile(r"Chapter 1\s*\d+ words\s*The Red Sail"))
    await expect(page.locator("#price")).to_contain_text("panels")
    assert await accessibility_problems(page, FEW_LOOKS) == []
    assert calls_by_kind(app) == {}

    model.hold_panels_after(2)
    await comic.draw_button.click()
    first = await comic.generation_id()
    await comic.some_panels(2)
    chapters = page.locator("#chapter-list > li")
    await expect(chapters).to_have_count(2)
    await expect(chapters.nth(1)).to_contain_text("not begun")
    await expect(page.get_by_role("button", name="Continue the story")).to_be_hidden()
    if is_at_end:
        await page.locator("#chapters").scroll_into_view_if_needed()
        model.release()
    else:
        await page.evaluate("window.scrollTo(0, 0)")
        model.release()
        # The user reads the beginning, so the page only offers the next chapter.
        next_chapter = page.get_by_role("link", name=re.compile("(Watch|Read) chapter 2"))
        await expect(next_chapter).to_be_visible()
        assert first in page.url
        await next_chapter.click()

    await page.wait_for_url(re.compile(f"/#/g/(?!{first})[0-9a-f]{{32}}$"))
    await expect(comic.title).to_be_focused()
    await comic.complete()
    await expect(chapters.nth(1).get_by_role("link")).to_have_attribute("aria-current", "page")
    assert await accessibility_problems(page, FEW_LOOKS) == []
    await page.get_by_role("link", name="Write a story").click()
    await expect(page.locator("#shelf-list > li.shelf-book").get_by_role("listitem")).to_have_count(2)


async def test_chapter_that_the_app_could_not_begin_is_begun_by_hand(device: Device) -> None:
    comic = await device.visit()
    page = comic.page
    generation_id = await comic.draw(SHORT, "comic")
    await comic.complete()
    chapters = [
        {"number": 1, "id": generation_id, "title": "One", "status": "completed"},
        {"number": 2, "id": "f" * 32, "title": None, "status": "waiting"},
    ]

    async def answer(route: Route) -> None:
        answered = await route.fetch()
        await route.fulfill(response=answered, json={**await answered.json(), "chapters": chapters})

    await page.route(f"**/api/generations/{generation_id}", answer)
    await page.reload()

    # The app refuses it, since no chapter waits there.
    device.expect_errors("409")
    async with page.expect_response(re.compile(f"{generation_id}/retry$")):
        await page.get_by_role("button", name="Draw chapter 2").click()
