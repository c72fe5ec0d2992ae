"""From a pasted story to a PDF."""

import re

from playwright.async_api import expect
from pypdf import PdfReader

from tests.browser.support.device import Device
from tests.browser.support.model import calls_by_kind
from tests.browser.support.recorder import moments_of, record
from tests.browser.support.stories import LONG
from tests.support.fakes.pictures import png
from tests.support.running_app import RunningApp

# The browser may answer without a question, so only the call can be seen.
_COUNT_REQUESTS_TO_KEEP_DATA = """
  window.requestsToKeepData = 0;
  // An empty tab has no storage.
  if (navigator.storage !== undefined) {
    navigator.storage.persisted = async () => false;
    navigator.storage.persist = async () => (window.requestsToKeepData += 1) > 0;
  }
"""


async def test_pasted_story_becomes_a_comic_and_a_pdf(device: Device, app: RunningApp) -> None:
    await device.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=device.app_url)
    await record(device)
    app.emulator.delay(text=0.05, image=0.1)
    await device.context.add_init_script(_COUNT_REQUESTS_TO_KEEP_DATA)
    comic = await device.visit()
    await comic.page.evaluate("text => navigator.clipboard.writeText(text)", LONG)
    await comic.story.focus()
    await comic.page.keyboard.press("Control+V")
    await expect(comic.page.locator("#word-count")).to_have_text(f"{len(LONG.split())} of 500 words")
    await comic.page.get_by_role("radio", name="Comic").check()
    await comic.add_character("Mira", png((60, 80)))
    await comic.draw_button.click()

    panel_count = await comic.complete()
    assert await comic.page.evaluate("window.requestsToKeepData") == 1
    moments = await moments_of(comic.page)
    download = await comic.export("PDF")
    pages = PdfReader(await download.path()).pages

    title = await comic.title.inner_text()
    assert download.suggested_filename.endswith(".pdf")
    assert len(pages) >= 2
    assert await comic.page.title() == f"{title} – Story to Manga"
    assert panel_count >= 6
    assert calls_by_kind(app)["panel"] == panel_count
    # Panels and progress only grow, in several steps.
    shown = [moment.panels for moment in moments]
    assert shown == sorted(shown)
    assert len({count for count in shown if 0 < count < panel_count}) >= 2
    shares = [moment.share for moment in moments if moment.share is not None]
    assert shares == sorted(shares)
    assert shares[-1] == 1
    opened = [section for moment in moments for section in moment.open_sections]
    first_opened = sorted(set(opened), key=opened.index)
    assert first_opened[0] == "characters"
    assert set(first_opened) == {"characters", "panels", "analysis", "layout"}


async def test_uploaded_character_is_sent_to_the_model(device: Device, app: RunningApp) -> None:
    comic = await device.visit()
    await comic.add_character("Mira", png((60, 80)))
    await comic.draw('Mira met Jon at the harbour. "Hello," said Mira. Jon smiled.')

    await comic.complete()

    asked = [call for call in app.emulator.calls(full=True)["calls"] if call["kind"] == "character"]
    pictures = {call["subject"]: len(call["images"]) for call in asked}
    assert pictures["Mira"] == 1


async def test_too_long_story_is_not_sent(device: Device) -> None:
    comic = await device.visit()
    await comic.write("word " * 501)
    await expect(comic.page.locator("#word-count")).to_have_text("501 of 500 words")
    await comic.draw_button.click()

    await expect(comic.page.get_by_role("alert")).to_contain_text("Shorten it to 500, or cut it into chapters.")
    await expect(comic.story).to_be_focused()
    assert device.requests_to("/api/.*") == []


async def test_draft_survives_a_reload_until_it_is_sent(device: Device) -> None:
    comic = await device.visit()
    await comic.write("Mira slept", "comic")
    await comic.page.reload()
    await expect(comic.story).to_have_value("Mira slept")
    await expect(comic.page.get_by_role("radio", name="Comic")).to_be_checked()

    await comic.draw_button.click()
    await comic.complete()
    await comic.page.get_by_role("link", name="Write a story").click()

    await expect(comic.story).to_have_value("")
    await expect(comic.page.locator("#shelf-list").get_by_role("link")).to_have_count(1)
    await expect(comic.page.locator("#shelf-list")).to_contain_text(re.compile(r"\d panels"))

    await comic.write("Jon slept", "manga")
    await comic.page.locator("#shelf-list").get_by_role("link").first.click()
    await comic.page.get_by_text("What you wrote").click()
    await comic.page.get_by_role("button", name="Use this story again").click()
    await expect(comic.story).to_have_value("Mira slept")
    await expect(comic.page.get_by_role("radio", name="Comic")).to_be_checked()
    await comic.page.get_by_role("button", name="Undo").click()
    await expect(comic.story).to_have_value("Jon slept")
    await expect(comic.page.get_by_role("radio", name="Manga")).to_be_checked()
