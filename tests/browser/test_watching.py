"""The tests' own eyes: what must not be on the page is noticed when it is there."""

import re

import pytest
from playwright.async_api import Browser

from tests.browser.device import Device
from tests.browser.reach import barriers, tab_to
from tests.support.running_app import RunningApp

MISHAPS = {
    "console.error('oh dear')": r"console: oh dear",
    "throw new Error('nobody caught this')": r"uncaught: .*nobody caught this",
    "void Promise.reject(new Error('nobody waited for this'))": r"uncaught: .*nobody waited for this",
    "open('http://example.org/')": r"asked somebody else: http://example\.org/",
    "void fetch('http://example.com/').catch(() => 0)": r"console: .*example\.com.*Content Security Policy",
    "document.body.insertAdjacentHTML('beforeend', '<b>')": r"uncaught: .*TrustedHTML",
    "document.body.setAttribute('onclick', 'x()')": r"uncaught: .*TrustedScript",
}


async def test_a_mishap_in_a_tab_fails_its_test(chromium: Browser, app: RunningApp) -> None:
    device = await Device.switched_on(chromium, app.url)
    comic = await device.visit()
    for script in MISHAPS:
        await comic.page.evaluate(f"setTimeout(() => {{ {script} }})")

    with pytest.raises(AssertionError) as failed:
        await device.switch_off()

    for script, complaint in MISHAPS.items():
        assert re.search(complaint, str(failed.value)), f"{script} was not noticed: {failed.value}"


async def test_what_keeps_people_out_is_found(device: Device) -> None:
    comic = await device.visit()
    await comic.page.evaluate("""() => {
      document.querySelector("label[for=story]").remove();
      document.querySelector("#submit").style.color = "#e9e4da";
      document.querySelector("#submit").style.background = "#fff";
      document.querySelector("#story").style.minWidth = "900px";
    }""")

    found = "\n".join(await barriers(comic.page))

    assert re.search(r"^light, 1280 px: color-contrast: .*submit", found, re.MULTILINE)
    assert re.search(r"^dark, 360 px: (label|aria-).*story", found, re.MULTILINE)
    assert re.search(r"^light, 360 px: too wide: <textarea .*id=\"story\"", found, re.MULTILINE)


async def test_a_focus_that_can_not_be_seen_is_found(device: Device) -> None:
    comic = await device.visit()
    await comic.page.evaluate("""() => {
      for (const property of ["outline", "box-shadow", "border-color"]) {
        const button = document.querySelector("#submit");
        button.style.setProperty(property, property === "border-color" ? "red" : "none", "important");
      }
    }""")

    with pytest.raises(AssertionError, match="the focus can't be seen on <button"):
        await tab_to(comic.page, comic.draw_button)
