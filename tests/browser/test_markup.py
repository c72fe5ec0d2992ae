"""Markup in stories, names and answers of the app stays text."""

import json

from playwright.async_api import Page, Route, expect

from tests.browser.support.device import Device
from tests.support.contract_check import JsonObject
from tests.support.fakes.pictures import png

IMAGE = "<img src=x onerror=window.__pwned=1>"
SCRIPT = "</script><script>window.__pwned=1</script>"
HOSTILE = f'"><svg onload=window.__pwned=1> {IMAGE} {SCRIPT} {{{{7*7}}}} javascript:window.__pwned=1'
GENERATION = "0123456789abcdef" * 2

# Code that ran, and elements that the page never creates.
_HARM = """() => [
  window.__pwned ?? null,
  [...document.body.querySelectorAll("script, svg, iframe, object, embed, style, [onerror], [onload]")].length,
  [...document.querySelectorAll("img[src]:not([src^='blob:'], [src^='data:'], #sample img)")].length,
]"""


async def test_markup_in_a_story_and_in_a_name_is_shown_as_text(device: Device) -> None:
    story = f'{IMAGE}\n\nMira read: "{SCRIPT}" Jon said: "{IMAGE}" Then they laughed.'
    comic = await device.visit()
    await comic.add_character("Mira", png())
    await comic.page.get_by_label("Name of the character of Mira.png").fill(IMAGE)
    await comic.draw(story)
    await comic.complete()
    assert IMAGE in await comic.title.inner_text()
    assert IMAGE in await comic.page.title()

    await comic.page.get_by_text("What you wrote").click()
    await expect(comic.page.locator("#request-story")).to_have_text(story)
    await expect(comic.page.locator("#layout blockquote").filter(has_text="<")).not_to_have_count(0)
    for place in (comic.panel(0), comic.characters.nth(0)):
        await comic.open_picture(place)
        await comic.page.keyboard.press("Escape")
    await assert_no_markup(comic.page)

    await comic.page.get_by_role("link", name="Write a story").click()
    await expect(comic.page.locator("#shelf-list").get_by_role("link", name=IMAGE)).to_be_visible()
    await assert_no_markup(comic.page)
    # The Content Security Policy had nothing to block.
    assert device.incidents == []


async def test_markup_in_answers_of_the_app_is_shown_as_text(device: Device) -> None:
    device.expect_errors("status of 400")
    comic = await device.visit()
    await comic.page.route("**/api/**", answer_with_markup)
    await comic.draw("Mira slept.")

    await expect(comic.title).to_have_text(HOSTILE)
    await expect(comic.drawn_panels).to_have_count(1)
    await expect(comic.panel(1)).to_contain_text(HOSTILE)
    await expect(comic.page.locator("#layout")).to_contain_text(HOSTILE)
    await expect(comic.page.locator("#analysis")).to_contain_text(HOSTILE)
    await comic.open_picture(comic.panel(0))
    await expect(comic.dialog).to_contain_text(HOSTILE)
    await comic.page.keyboard.press("Escape")
    await comic.open_picture(comic.characters.nth(0))
    await expect(comic.dialog.get_by_role("heading")).to_have_text(HOSTILE)
    await comic.page.keyboard.press("Escape")
    await assert_no_markup(comic.page)

    await comic.page.get_by_role("button", name="Draw all missing images").click()
    await expect(comic.ending.get_by_role("alert")).to_contain_text(HOSTILE)
    await assert_no_markup(comic.page)


async def assert_no_markup(page: Page) -> None:
    """Check that no code ran and no text became an element."""
    assert await page.evaluate(_HARM) == [None, 0, 0]


async def answer_with_markup(route: Route) -> None:
    """Answer like the app, with markup in every text."""
    path = route.request.url.partition("/api/")[2]
    if "/images/" in path:
        await route.fulfill(content_type="image/png", body=png())
    elif path.endswith("/retry"):
        await route.fulfill(status=400, json={"error": HOSTILE, "code": "invalid-input", "details": []})
    elif path.startswith("generations/"):
        await route.fulfill(json={"status": "completed", "lastSeq": 6, "style": "manga"})
    else:
        body = "".join(json.dumps(message) + "\n" for message in messages())
        headers = {"X-Generation-Id": GENERATION, "Content-Type": "application/x-ndjson"}
        await route.fulfill(headers=headers, body=body)


def messages() -> list[JsonObject]:
    """Return a whole stream."""
    character = dict.fromkeys(("name", "physicalDescription", "personality", "role"), HOSTILE)
    setting = dict.fromkeys(("timePeriod", "location", "mood"), HOSTILE)
    plan = dict.fromkeys(("sceneDescription", "dialogue", "cameraAngle", "visualMood"), HOSTILE)
    path = f"/api/generations/{GENERATION}/images"
    sheet = {"name": HOSTILE, "image": f"{path}/characters/0/1", "description": HOSTILE}
    results: list[JsonObject] = [
        {"type": "analysis", "data": {"title": HOSTILE, "characters": [character], "setting": setting}},
        {
            "type": "chunks",
            "data": {"panels": [{**plan, "characters": [HOSTILE], "panelNumber": number} for number in (1, 2)]},
        },
        {"type": "character", "index": 0, "version": 1, "data": sheet},
        {"type": "panel", "panelNumber": 0, "version": 1, "data": {"panelNumber": 1, "image": f"{path}/panels/0/1"}},
        {"type": "error", "step": "panel", "index": 1, "message": HOSTILE, "code": "content-blocked"},
        {"type": "complete", "totalPanels": 2, "failedPanels": [1]},
    ]
    status: JsonObject = {"type": "status", "step": "analysis", "message": HOSTILE, "generationId": GENERATION}
    return [status, *({**result, "seq": seq, "generationId": GENERATION} for seq, result in enumerate(results, 1))]
