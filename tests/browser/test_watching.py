"""The tests' own eyes: what must not be on the page is noticed when it is there."""

import re

import pytest
from playwright.async_api import Browser

from tests.browser.device import Device
from tests.browser.reach import barriers, tab_to
from tests.contract.running_app import RunningApp

MISHAPS = {
    "an error on the console": ("console.error('oh dear')", "oh dear"),
    "an exception that nobody caught": ("setTimeout(() => { throw new Error('oh dear'); })", "oh dear"),
    "a promise that nobody waited for": ("void Promise.reject(new Error('oh dear'))", "oh dear"),
    "a request to somebody else": ("open('http://example.org/')", "asked somebody else: http://example.org/"),
    "a script from a text": ("document.body.insertAdjacentHTML('beforeend', '<b>')", "TrustedHTML"),
    "a handler in markup": (
        "document.body.setAttribute('onclick', 'x()'); document.body.click()",
        "Content Security Policy|Trusted",
    ),
}


@pytest.mark.parametrize("mishap", MISHAPS)
async def test_a_mishap_in_a_tab_fails_its_test(chromium: Browser, app: RunningApp, mishap: str) -> None:
    script, complaint = MISHAPS[mishap]
    device = await Device.switched_on(chromium, app.url)
    comic = await device.visit()
    await comic.page.evaluate(f"setTimeout(() => {{ {script} }})")
    await comic.page.evaluate("new Promise(resolve => setTimeout(() => setTimeout(resolve)))")

    with pytest.raises(AssertionError, match=f"(?s)the browser complained:.*({complaint})"):
        await device.switch_off()


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
