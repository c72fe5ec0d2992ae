"""Records what a tab shows over time."""

from typing import cast

from playwright.async_api import Page
from pydantic import BaseModel

from tests.browser.support.device import Device

_RECORD = """
window.__moments = [];
window.__announcements = [];
const look = () => ({
  panels: document.querySelectorAll("#panels .frame.is-shown").length,
  characters: document.querySelectorAll("#characters .frame.is-shown").length,
  share: document.querySelector("#progress:not([hidden]) progress[value]")?.value ?? null,
  step: document.querySelector("#step-text")?.textContent ?? "",
  open_sections: [...document.querySelectorAll("details[data-section][open]:not([hidden])")]
    .map(details => details.dataset.section),
});
new MutationObserver(() => {
  const moment = look();
  if (JSON.stringify(moment) !== JSON.stringify(window.__moments.at(-1))) window.__moments.push(moment);
  const announcement = document.querySelector("#live")?.textContent ?? "";
  if (announcement !== (window.__announcements.at(-1) ?? "")) window.__announcements.push(announcement);
}).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
"""


class Moment(BaseModel):
    """What the page showed; `share` is the value of the progress bar, from 0 to 1."""

    panels: int
    characters: int
    share: float | None
    step: str
    open_sections: list[str]


async def record(device: Device) -> None:
    """Record every page that is loaded from now on."""
    await device.context.add_init_script(_RECORD)


async def moments_of(page: Page) -> list[Moment]:
    return [Moment.model_validate(moment) for moment in await page.evaluate("window.__moments")]


async def announcements_on(page: Page) -> list[str]:
    """Return the announcements for screen readers since the page was loaded."""
    return cast("list[str]", await page.evaluate("window.__announcements"))
