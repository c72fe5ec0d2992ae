"""Comics whose lettering is text: set over the pictures, translated and edited."""

import re

from playwright.async_api import expect

from tests.browser.conftest import NewDevice
from tests.browser.support.accessibility import FEW_LOOKS, accessibility_problems, tab_to
from tests.browser.support.device import Device
from tests.browser.support.lettering import LetteringPage, assert_previewed, assert_well_set
from tests.browser.support.model import calls_by_kind
from tests.browser.support.reader_page import ReaderPage
from tests.browser.support.script_editor import ScriptEditor
from tests.browser.support.stories import MIDDLE, SHORT
from tests.support.running_app import RunningApp

FREE = "Saving is free"
TWO_TEXTS = 'Mira stood at the harbour. "The boat is gone," said Jon. "It was here in the morning," said Mira.'


async def test_words_are_text_inside_their_balloons_wherever_the_comic_is_shown(device: Device) -> None:
    comic = await device.visit()
    page, lettering = comic.page, LetteringPage(comic)
    await page.get_by_label("Speech bubbles", exact=True).select_option("text")
    await page.reload()
    await expect(page.get_by_label("Speech bubbles", exact=True)).to_have_value("text")
    await lettering.draw(MIDDLE)
    await expect(lettering.balloons).not_to_have_count(0)

    counts = [await assert_well_set(layer) for layer in await page.locator("#panels .lettering").all()]
    assert sum(counts) >= 3
    spoken = lettering.balloons.filter(has_text="Who took it?").first
    await expect(spoken).to_have_text(re.compile("^[A-Z][a-z]+: .*Who took it"))
    assert await spoken.evaluate("p => getComputedStyle(p).fontFamily.startsWith('\"Comic Neue\"')")
    # It can be selected and copied as it was written.
    await spoken.evaluate("p => getSelection().selectAllChildren(p)")
    assert "Who took it?" in " ".join((await page.evaluate("String(getSelection())")).split())
    # The picture's own text does not repeat the words.
    assert await page.locator('#panels img[alt*="Who took it"]').count() == 0
    assert await accessibility_problems(page) == []

    index = next(index for index, count in enumerate(counts) if count > 0)
    await comic.open_picture(comic.panel(index))
    assert await assert_well_set(comic.dialog.locator(".lettering")) == counts[index]
    assert await accessibility_problems(page, FEW_LOOKS) == []
    await page.keyboard.press("Escape")
    reader = ReaderPage(comic)
    await reader.open()
    for mode in ("One page", "Strip", "One panel"):
        await reader.show(mode)
        shown = reader.root.locator(".lettering:visible:not(:empty)")
        await expect(shown).not_to_have_count(0)
        for layer in await shown.all():
            await assert_well_set(layer)
        assert await accessibility_problems(page, FEW_LOOKS) == []


async def test_words_are_edited_and_moved_by_keyboard(new_device: NewDevice, app: RunningApp) -> None:
    device = await new_device({"width": 360, "height": 740})
    comic = await device.visit()
    page, lettering = comic.page, LetteringPage(comic)
    await lettering.draw(SHORT)
    app.emulator.reset()

    await comic.open_picture(comic.panel(0))
    await tab_to(page, comic.dialog.get_by_role("button", name="Edit the words"))
    await page.keyboard.press("Enter")
    await expect(lettering.dialog.get_by_role("heading", name="Words of panel 1")).to_be_focused()
    await expect(lettering.dialog).to_contain_text(FREE)
    await expect(lettering.save_button).to_be_enabled()
    number = await lettering.dialog.get_by_role("group", name="Text").count() + 1
    await tab_to(page, lettering.dialog.get_by_role("button", name="Add a text"))
    await page.keyboard.press("Enter")
    await expect(lettering.words(number)).to_be_focused()
    await lettering.save_button.click()
    await expect(lettering.words(number)).to_have_accessible_description("Write the words, or remove the text.")
    await page.keyboard.type("Where is it?")
    assert await accessibility_problems(page, FEW_LOOKS) == []

    # Unsaved words are there after a reload.
    await page.reload()
    await comic.complete()
    await lettering.edit(0)
    await expect(lettering.note).to_contain_text("Your unsaved changes are still here.")
    await expect(lettering.words(number)).to_have_value("Where is it?")

    await lettering.place(number).focus()
    for key in ("ArrowUp", "ArrowUp", "Shift+ArrowRight"):
        await page.keyboard.press(key)
    told = lettering.dialog.get_by_text("30% from the left, 38% from the top, 41% wide, 15% high.")
    await expect(told).to_be_attached()
    await expect(lettering.place_choice(number)).to_have_value("hand")
    await lettering.save()

    balloon = comic.panel(0).locator(".balloon").filter(has_text="Where is it?")
    await expect(balloon).to_have_count(1)
    await page.keyboard.press("Escape")
    await page.reload()
    await comic.complete()
    await expect(balloon).to_have_count(1)
    assert await balloon.evaluate("p => [p.style.left, p.style.top, p.style.width]") == ["30%", "38%", "41%"]
    assert calls_by_kind(app) == {}


async def test_place_is_dragged_and_a_place_that_is_too_small_is_told_at_its_field(device: Device) -> None:
    comic = await device.visit()
    page, lettering = comic.page, LetteringPage(comic)
    await lettering.draw(SHORT)
    await lettering.edit(0)
    count = await lettering.dialog.get_by_role("group", name="Text").count()
    balloons = comic.dialog.locator(".balloon")
    await expect(balloons).to_have_count(count)
    for index in range(count):
        await assert_previewed(lettering.place(index + 1), balloons.nth(index))
    number = count + 1
    await lettering.dialog.get_by_role("button", name="Add a text").click()
    await lettering.words(number).fill("Nobody has seen the little boat since the storm in the night. " * 3)
    await lettering.drag(lettering.place(number).locator(".place-handle"), -400, -300)
    await expect(lettering.place_choice(number)).to_have_value("hand")

    device.expect_errors("status of 400")
    await lettering.save_button.click()
    await expect(lettering.place_choice(number)).to_be_focused()
    await expect(lettering.place_choice(number)).to_have_attribute("aria-invalid", "true")
    assert await accessibility_problems(page, FEW_LOOKS) == []
    # Larger, and in another place.
    await lettering.drag(lettering.place(number), -150, 0)
    await lettering.drag(lettering.place(number).locator(".place-handle"), 400, 300)
    await expect(lettering.place_choice(number)).not_to_have_attribute("aria-invalid", "true")
    await lettering.dialog.get_by_role("button", name="Choose all places again").click()
    await expect(lettering.place_choice(number)).to_have_value("app")
    await lettering.words(number).fill("It is gone.")
    await lettering.save()

    await page.keyboard.press("Escape")
    assert await assert_well_set(comic.panel(0).locator(".lettering")) == number


async def test_words_that_were_changed_elsewhere_are_not_overwritten_unseen(
    device: Device, new_device: NewDevice
) -> None:
    comic = await device.visit()
    page, lettering = comic.page, LetteringPage(comic)
    await lettering.draw(SHORT)
    await lettering.edit(0)
    await lettering.dialog.get_by_role("button", name="Add a text").click()
    number = await lettering.dialog.get_by_role("group", name="Text").count()
    await lettering.words(number).fill("Mine.")

    other = LetteringPage(await (await new_device()).visit(page.url))
    await other.comic.complete()
    await other.edit(0)
    await other.dialog.get_by_role("button", name="Add a text").click()
    await other.words(number).fill("Theirs.")
    await other.save()
    device.expect_errors("status of 412")
    await lettering.save_button.click()
    await expect(lettering.dialog.get_by_role("alert")).to_contain_text("changed elsewhere")
    await expect(lettering.dialog.get_by_role("button", name="Load theirs")).to_be_focused()
    assert await accessibility_problems(page, FEW_LOOKS) == []
    await lettering.dialog.get_by_role("button", name="Keep mine").click()
    await lettering.save()

    shown = comic.panel(0).locator(".balloon")
    await expect(shown.filter(has_text="Mine.")).to_have_count(1)
    await expect(shown.filter(has_text="Theirs.")).to_have_count(0)


async def test_words_are_shown_in_other_languages(device: Device, app: RunningApp) -> None:
    comic = await device.visit()
    page, lettering = comic.page, LetteringPage(comic)
    await lettering.draw(TWO_TEXTS, "comic")
    await expect(lettering.balloons).not_to_have_count(0)
    count = await lettering.balloons.count()
    app.emulator.reset()
    await expect(lettering.language).to_have_value("en")

    await lettering.translate("ar")
    await expect(lettering.language).to_have_value("ar")
    arabic = page.locator("#panels .lettering[lang=ar][dir=rtl]:not(:empty)")
    await expect(arabic).not_to_have_count(0)
    await expect(lettering.balloons).to_have_count(count)
    for layer in await arabic.all():
        await assert_well_set(layer)
    await lettering.translate("ja")
    japanese = page.locator("#panels .lettering[lang=ja].is-vertical:not(:empty)")
    await expect(japanese).not_to_have_count(0)
    for layer in await japanese.all():
        await assert_well_set(layer)
    line = japanese.locator(".balloon-line").first
    await expect(line).to_have_css("writing-mode", "vertical-rl")
    assert sum(calls_by_kind(app).values()) == 2
    assert await accessibility_problems(page, FEW_LOOKS) == []

    # The choice stays on this device, and files have it.
    await page.reload()
    await expect(japanese).not_to_have_count(0)
    await expect(comic.title).to_have_attribute("lang", "ja")
    reader = ReaderPage(comic)
    await reader.open()
    await expect(reader.root.locator("#reader-title")).to_have_text(await comic.title.inner_text())
    await page.keyboard.press("Escape")
    await expect(lettering.language).to_have_value("ja")
    links = await page.locator("#export-links a").evaluate_all("links => links.map(link => link.href)")
    assert links
    assert all("lang=ja" in link for link in links)
    for name in ("Download EPUB", "Download webtoon", "Download JSON"):
        file = await comic.export(name)
        assert file.suggested_filename.endswith({"EPUB": ".epub", "webtoon": ".zip", "JSON": ".json"}[name.split()[1]])
    await lettering.language.select_option("en")
    await expect(page.locator("#panels .lettering[lang=en]:not(:empty)")).not_to_have_count(0)
    await expect(lettering.balloons).to_have_count(count)


async def test_no_speech_bubbles_means_no_choice_of_their_lettering(device: Device) -> None:
    comic = await device.visit()
    balloons = comic.page.get_by_label("Speech bubbles", exact=True)
    await balloons.select_option("text")
    await comic.page.get_by_text("No speech bubbles").click()

    await expect(balloons).to_be_disabled()
    await comic.page.reload()
    await expect(balloons).to_be_disabled()


async def test_language_is_chosen_by_its_own_name_or_by_a_tag(device: Device) -> None:
    comic = await device.visit()
    page = comic.page
    language = page.get_by_label("Language", exact=True)
    await language.select_option(label="Français")
    await page.reload()
    await expect(language).to_have_value("fr")
    await language.select_option(label="Another language…")
    tag = page.get_by_label("Tag of the language")
    await expect(tag).to_be_focused()
    await comic.write(SHORT)
    await tag.fill("not a tag")
    await comic.draw_button.click()
    await expect(tag).to_be_focused()
    await expect(tag).to_have_accessible_description("Write the tag of a language, such as pt-BR.")
    assert await accessibility_problems(page, FEW_LOOKS) == []
    await tag.fill("gsw")
    await page.reload()
    await expect(tag).to_have_value("gsw")


async def test_translation_that_failed_is_told_and_tried_again(device: Device, app: RunningApp) -> None:
    comic = await device.visit()
    lettering = LetteringPage(comic)
    await lettering.draw(SHORT)
    await expect(lettering.language).to_have_value("en")
    app.emulator.fail({"kind": "translation", "fault": "400"})

    await lettering.translate("ar")
    await expect(lettering.bar.get_by_role("status")).to_have_text("Could not be translated: العربية.")
    await expect(lettering.language).to_have_value("en")
    assert await accessibility_problems(comic.page, FEW_LOOKS) == []
    app.emulator.reset()
    await lettering.bar.get_by_role("button", name="Try again").focus()
    await comic.page.keyboard.press("Enter")

    await expect(lettering.language).to_have_value("ar")
    # The button is hidden, and the focus is not lost with it.
    await expect(lettering.language).to_be_focused()
    await expect(lettering.bar.get_by_role("status")).to_have_text("The comic is translated.")
    await expect(lettering.bar.get_by_role("button", name="Try again")).to_be_hidden()


async def test_words_are_printed_and_shown_without_a_network(new_device: NewDevice) -> None:
    device = await new_device()
    comic = await device.visit()
    page, lettering = comic.page, LetteringPage(comic)
    await lettering.draw(SHORT)
    await expect(lettering.balloons).not_to_have_count(0)
    words = await lettering.balloons.all_text_contents()
    await page.emulate_media(media="print")
    for layer in await page.locator("#panels .lettering").all():
        await assert_well_set(layer)
    await expect(lettering.bar).to_be_hidden()
    await page.emulate_media(media="screen")

    # What the app can't answer is on this device.
    device.expect_errors("ERR_FAILED")
    await page.route("**/api/**", lambda route: route.abort())
    await page.reload()
    await comic.complete()
    await expect(lettering.balloons).to_have_count(len(words))
    assert await lettering.balloons.all_text_contents() == words


async def test_texts_are_edited_in_the_script(device: Device, app: RunningApp) -> None:
    comic = await device.visit()
    page, editor = comic.page, ScriptEditor(comic)
    await page.get_by_text("Read the script first").click()
    await page.get_by_label("Speech bubbles", exact=True).select_option("text")
    await comic.write(SHORT)
    await page.get_by_role("button", name="Write the script").click()
    await expect(comic.ending).to_contain_text("The script is ready")
    await editor.open()
    panel = editor.panel(1)
    number = await panel.get_by_role("group", name="Text").count() + 1
    await panel.get_by_role("button", name="Add a text").click()
    added = panel.get_by_role("group", name=f"Text {number}", exact=True)
    await expect(added.get_by_label("Words")).to_be_focused()
    await page.keyboard.type("Where is my boat?")
    await added.get_by_label("Who speaks").select_option(label="Mira")
    await editor.character(1).get_by_label("Name").fill("Miranda")
    assert await accessibility_problems(page, FEW_LOOKS) == []
    await editor.save()

    await expect(page.locator("#layout")).to_contain_text("Miranda: Where is my boat?")
    await page.get_by_role("button", name="Draw the comic", exact=True).click()
    await comic.complete()
    await expect(comic.panel(0).locator(".balloon").filter(has_text="Miranda: Where is my boat?")).to_have_count(1)
    # An edit of the words alone outdates no picture.
    app.emulator.reset()
    await editor.open()
    await added.get_by_label("Words").fill("There it is!")
    await editor.save()
    await expect(comic.panel(0).locator(".balloon").filter(has_text="Miranda: There it is!")).to_have_count(1)
    await expect(comic.ending).to_be_hidden()
    assert calls_by_kind(app) == {}
