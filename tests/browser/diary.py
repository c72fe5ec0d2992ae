"""What a tab has shown over time, written down by itself at every change."""

from typing import cast

from playwright.async_api import Page
from pydantic import BaseModel

from tests.browser.device import Device

_DIARY = """
window.__diary = [];
window.__spoken = [];
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
  if (JSON.stringify(moment) !== JSON.stringify(window.__diary.at(-1))) window.__diary.push(moment);
  const spoken = document.querySelector("#live")?.textContent ?? "";
  if (spoken !== (window.__spoken.at(-1) ?? "")) window.__spoken.push(spoken);
}).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
"""


class Moment(BaseModel):
    """What was to be seen; `share` is how far the progress bar was, from 0 to 1."""

    panels: int
    characters: int
    share: float | None
    step: str
    open_sections: list[str]


async def keep_diary(device: Device) -> None:
    """Have every page that is loaded from now on keep its diary."""
    await device.context.add_init_script(_DIARY)


async def diary_of(page: Page) -> list[Moment]:
    """Return what the page has shown since it was loaded."""
    return [Moment.model_validate(moment) for moment in await page.evaluate("window.__diary")]


async def spoken_on(page: Page) -> list[str]:
    """Return what a screen reader was given to say since the page was loaded."""
    return cast("list[str]", await page.evaluate("window.__spoken"))
