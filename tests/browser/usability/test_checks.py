"""The checks of the browser tests find what they look for."""

import re

import pytest
from playwright.async_api import Browser

from tests.browser.support.accessibility import accessibility_problems, tab_to
from tests.browser.support.device import Device
from tests.support.running_app import RunningApp

ERRORS = {
    "console.error('a problem')": r"console: a problem",
    "throw new Error('not caught')": r"uncaught: .*not caught",
    "void Promise.reject(new Error('not awaited'))": r"uncaught: .*not awaited",
    "open('http://example.org/')": r"request to another host: http://example\.org/",
    "void fetch('http://example.com/').catch(() => 0)": r"console: .*example\.com.*Content Security Policy",
    "document.body.insertAdjacentHTML('beforeend', '<b>')": r"uncaught: .*TrustedHTML",
    "document.body.setAttribute('onclick', 'x()')": r"uncaught: .*TrustedScript",
}


async def test_errors_in_a_tab_fail_its_test(chromium: Browser, app: RunningApp) -> None:
    device = await Device.create(chromium, app.url)
    comic = await device.visit()
    for script in ERRORS:
        await comic.page.evaluate(f"setTimeout(() => {{ {script} }})")

    with pytest.raises(AssertionError) as failed:
        await device.close()

    for script, complaint in ERRORS.items():
        assert re.search(complaint, str(failed.value)), f"{script} was not found: {failed.value}"


async def test_accessibility_problems_are_found(device: Device) -> None:
    comic = await device.visit()
    await comic.page.evaluate("""() => {
      document.querySelector("label[for=story]").remove();
      document.querySelector("#submit").style.color = "#e9e4da";
      document.querySelector("#submit").style.background = "#fff";
      document.querySelector("#story").style.minWidth = "900px";
      document.querySelector("#reddit summary").style.width = "2em";
    }""")

    found = "\n".join(await accessibility_problems(comic.page))

    assert re.search(r"^light, 1280 px: color-contrast: .*submit", found, re.MULTILINE)
    assert re.search(r"^dark, 360 px: (label|aria-).*story", found, re.MULTILINE)
    assert re.search(r"^dark, 360 px: broken: Reddit in <summary", found, re.MULTILINE)
    assert re.search(r"^light, 360 px: too wide: <textarea .*id=\"story\"", found, re.MULTILINE)


async def test_invisible_focus_is_found(device: Device) -> None:
    comic = await device.visit()
    await comic.page.evaluate("""() => {
      for (const property of ["outline", "box-shadow", "border-color"]) {
        const button = document.querySelector("#submit");
        button.style.setProperty(property, property === "border-color" ? "red" : "none", "important");
      }
    }""")

    with pytest.raises(AssertionError, match="the focus is not visible on <button"):
        await tab_to(comic.page, comic.draw_button)
