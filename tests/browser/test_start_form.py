"""The form for a new story: its problems, its price, and stories that are replaced."""

import re

from playwright.async_api import ViewportSize, expect

from tests.browser.conftest import NewDevice
from tests.browser.support.accessibility import FEW_LOOKS, accessibility_problems
from tests.browser.support.device import Device
from tests.browser.support.stories import LONG, SHORT
from tests.support.fakes.pictures import png
from tests.support.running_app import RunningApp

PHONE: ViewportSize = {"width": 360, "height": 740}
PRICE = re.compile(
    r"^\d+ to \d+ panels, (about \d+ minutes?, about \$\d+\.\d\d \(at most \$\d+\.\d\d\)|free: test pictures)$"
)
START = "**/api/generate-manga-stream"
RATIOS = "all => all.map(one => one.querySelector('.frame').style.getPropertyValue('--ratio'))"
REFUSAL = {
    "error": "The request was not accepted; correct uploadedCharacterReferences[0].image, story.",
    "code": "invalid-input",
    "details": [
        {"field": "uploadedCharacterReferences[0].image", "message": "The image is damaged."},
        {"field": "story", "message": "The story has 501 words, so shorten it."},
    ],
}


async def test_problems_of_the_form_lead_to_their_fields(new_device: NewDevice) -> None:
    device = await new_device(PHONE)
    comic = await device.visit()
    page, problems = comic.page, comic.page.locator("#start-problem")
    await comic.add_character("Mira", png((60, 80)))
    name = page.get_by_label("Name of the character of Mira.png")
    await name.fill("")
    await comic.write("word " * 501)
    await page.locator("#references").evaluate("details => details.open = false")

    await comic.draw_button.click()

    await expect(comic.story).to_be_focused()
    await expect(comic.story).to_be_in_viewport()
    await expect(comic.story).to_have_accessible_description(re.compile("Shorten it to 500, or cut it into chapters."))
    links = problems.get_by_role("link")
    await expect(links).to_have_text(
        ["The story has 501 words. Shorten it to 500, or cut it into chapters.", "Name the picture Mira.png."]
    )
    assert await accessibility_problems(page, FEW_LOOKS) == []
    await links.nth(1).click()
    await expect(name).to_be_focused()
    await expect(name).to_be_in_viewport()
    await expect(name).to_have_accessible_description("Name the picture Mira.png.")
    assert page.url.endswith("/#/") or page.url.rstrip("/") == device.app_url
    await page.keyboard.type("Mira")
    await expect(links).to_have_count(1)
    await expect(name).not_to_have_attribute("aria-invalid", "true")
    await comic.story.fill(SHORT)
    await expect(problems).to_be_hidden()
    assert device.requests_to("/api/generate-manga-stream/.*") == []


async def test_fields_that_the_app_refuses_are_marked(new_device: NewDevice) -> None:
    device = await new_device(PHONE)
    device.expect_errors("status of 4(00|29)")
    comic = await device.visit()
    problems = comic.page.locator("#start-problem")
    await comic.page.route(START, lambda route: route.fulfill(status=400, json=REFUSAL))
    await comic.add_character("Mira", png((60, 80)))
    await comic.write(SHORT)
    await comic.draw_button.click()

    name = comic.page.get_by_label("Name of the character of Mira.png")
    await expect(name).to_be_focused()
    await expect(name).to_be_in_viewport()
    await expect(name).to_have_accessible_description("The image is damaged.")
    await expect(comic.story).to_have_attribute("aria-invalid", "true")
    await expect(problems.get_by_role("link")).to_have_count(2)
    await name.fill("Mira Vale")
    await expect(problems.get_by_role("link")).to_have_count(1)
    await expect(comic.story).to_have_attribute("aria-invalid", "true")
    await comic.page.get_by_role("button", name="Remove Mira.png").click()
    await expect(problems.get_by_role("link")).to_have_text("The story has 501 words, so shorten it.")

    # A limit belongs to no field.
    limit = {"error": "40 stories are being drawn right now.", "code": "too-many-generations"}
    await comic.page.unroute(START)
    await comic.page.route(START, lambda route: route.fulfill(status=429, json=limit, headers={"Retry-After": "30"}))
    await comic.draw_button.click()
    await expect(problems).to_contain_text(
        "40 stories are being drawn right now. Your story and finished images are kept. Try again in 30 seconds."
    )
    await expect(problems).to_be_in_viewport()
    await expect(comic.story).not_to_have_attribute("aria-invalid", "true")
    await comic.page.unroute(START)


async def test_price_is_shown_for_the_story_in_the_form(device: Device) -> None:
    comic = await device.visit()
    price = comic.page.locator("#price")
    await expect(price).to_have_text("")
    await comic.write(SHORT)
    await expect(price).to_have_text(PRICE)
    await expect(comic.draw_button).to_have_accessible_description(PRICE)
    of_short = await price.inner_text()
    await comic.write(LONG)
    await expect(price).to_have_text("Estimating the price…")
    await expect(price).to_have_text(PRICE)
    assert await price.inner_text() != of_short

    await comic.write("word " * 501)
    await expect(price).to_have_text("")


async def test_replaced_story_can_be_brought_back(device: Device) -> None:
    comic = await device.visit()
    undo = comic.page.get_by_role("button", name="Undo")
    example = comic.page.locator("#example-list button").first
    await comic.write(SHORT, "comic")
    await example.click()
    await expect(undo).to_be_visible()
    await expect(comic.story).not_to_have_value(SHORT)
    await expect(example).to_be_focused()

    await undo.click()
    await expect(comic.story).to_have_value(SHORT)
    await expect(comic.page.get_by_role("radio", name="Comic")).to_be_checked()
    await expect(comic.story).to_be_focused()

    # The browser's own undo works as well.
    await example.click()
    await expect(comic.story).not_to_have_value(SHORT)
    await comic.story.focus()
    await comic.page.keyboard.press("Control+Z")
    await expect(comic.story).to_have_value(SHORT)


async def test_look_is_chosen_priced_sent_and_kept(device: Device, new_device: NewDevice, app: RunningApp) -> None:
    comic = await device.visit()
    page, price = comic.page, comic.page.locator("#price")
    await comic.write(SHORT)
    await expect(price).to_have_text(PRICE)
    small = await price.inner_text()
    await page.get_by_text("Refine the look").click()
    text = page.get_by_label("How should it be drawn?")
    await expect(page.locator(".preset")).to_have_count(8)
    pastel = page.get_by_role("button", name="Pastel")
    await pastel.click()
    await expect(text).to_have_value(re.compile("^Pastel: "))
    await expect(pastel).to_have_attribute("aria-pressed", "true")
    await expect(pastel.locator("img")).to_have_js_property("naturalWidth", 160)
    assert await accessibility_problems(page, FEW_LOOKS) == []
    await pastel.click()
    await expect(text).to_have_value("")
    await text.fill("Thin lines, autumn colours")
    await page.get_by_label("Shape of the panels").select_option("Tall")
    await page.get_by_label("Size of the images").select_option(index=1)
    await expect(page.locator("#look-hint")).to_have_text("3 chosen")
    if "free" not in small:
        await expect(price).not_to_have_text(small)

    await page.reload()
    await page.get_by_text("Refine the look").click()
    await expect(text).to_have_value("Thin lines, autumn colours")
    await comic.draw_button.click()
    generation_id = await comic.generation_id()
    await comic.complete()

    state = app.state(generation_id)
    assert (state["styleText"], state["aspect"], state["imageSize"]) == ("Thin lines, autumn colours", "tall", "2K")
    assert await comic.panels.evaluate_all(RATIOS) == ["0.5625"] * await comic.panels.count()
    # Another device learns the shape from the app.
    other = await (await new_device()).visit(f"/#/g/{generation_id}")
    await other.complete()
    assert await other.panels.evaluate_all(RATIOS) == ["0.5625"] * await other.panels.count()
    assert await other.wrong_panels() == []


async def test_size_that_the_app_refuses_is_marked(device: Device) -> None:
    device.expect_errors("status of 400")
    comic = await device.visit()
    message = "The image model of this app draws 1K, not 2K."
    refusal = {"error": message, "code": "invalid-input", "details": [{"field": "imageSize", "message": message}]}
    await comic.page.route(START, lambda route: route.fulfill(status=400, json=refusal))
    await comic.write(SHORT)
    await comic.draw_button.click()

    size = comic.page.get_by_label("Size of the images")
    await expect(size).to_be_focused()
    await expect(size).to_have_accessible_description(message)
    await comic.page.unroute(START)
