"""Draw a sheet and a panel with the configured model, change the panel, and print what each call took.

The calls go through the app's own adapter, prompts and price table. With a real key each run costs some cents.
"""

import asyncio
import os
import sys
import time
from collections.abc import Awaitable

from activities.characters import draw_sheet
from activities.panels import draw_framed
from shared.errors import ModelError, NotConfigured
from shared.images.image import Image
from shared.model.gemini import GeminiModel
from shared.model.prompts.panel import panel_prompt
from shared.models.story import Character, PanelPlan, Setting
from shared.models.usage import MICROS_PER_DOLLAR, Usage
from shared.ports import Answered, Prompt
from shared.settings import Settings, load_settings
from shared.storage.generations import NamedImage

_REFUSED, _NOT_CONFIGURED = 1, 2
_ROW = "{:<6} {:<30} {:>7} {:>7} {:>6} {:>9} {:>8}"

MIRA = Character(
    name="Mira",
    physical_description="A girl of about ten with short black hair, a red scarf and a green coat.",
    personality="Curious and brave.",
    role="The hero.",
)
HARBOUR = Setting(time_period="today", location="a small harbour by the sea", mood="quiet and hopeful")
PANEL = PanelPlan(
    panel_number=1,
    characters=("Mira",),
    scene_description="Mira stands at the end of the pier and waves at a boat.",
    dialogue="Wait for me!",
    camera_angle="medium shot",
    visual_mood="early morning light",
)


def main() -> int:
    """Run the check and return the exit status: 1 if the model gave no image, 2 without a usable configuration."""
    try:
        settings = load_settings(os.environ)
    except NotConfigured as exc:
        print(exc, file=sys.stderr)
        return _NOT_CONFIGURED
    if settings.gemini_api_key is None:
        print("GEMINI_API_KEY is not set. Set it to a key of the Gemini API to check the model.", file=sys.stderr)
        return _NOT_CONFIGURED
    try:
        asyncio.run(_check(settings))
    except ModelError as exc:
        print(f"No image: {exc.public_reason} ({exc.code}: {exc}).", file=sys.stderr)
        return _REFUSED
    return 0


async def _check(settings: Settings) -> None:
    model = GeminiModel(settings)
    print(_ROW.format("call", "model", "input", "output", "images", "price", "time"), flush=True)
    try:
        sheet = await _measured("sheet", settings, draw_sheet(model, [MIRA], 0, HARBOUR, "manga", []))
        prompt = _panel_prompt(sheet.value)
        panel = await _measured("panel", settings, draw_framed(model, prompt, PANEL))
        change = _panel_prompt(sheet.value, panel.value)
        await _measured("change", settings, draw_framed(model, change, PANEL))
    finally:
        await model.close()


def _panel_prompt(sheet: Image, current: Image | None = None) -> Prompt:
    """Ask for the panel or, with a current one, for a change of it."""
    return panel_prompt(
        PANEL,
        [MIRA],
        HARBOUR,
        "manga",
        no_dialogue=False,
        sheets=[NamedImage(MIRA.name, sheet)],
        setting_references=[],
        instructions=None if current is None else "At night.",
        current=current,
    )


async def _measured(name: str, settings: Settings, call: Awaitable[Answered[Image]]) -> Answered[Image]:
    """Await a call and print a line about it; output tokens include those of thinking and of the image."""
    began_at_s = time.monotonic()
    answered = await call
    took_s = time.monotonic() - began_at_s
    used = answered.used
    row = (name, settings.image_model, used.input_tokens, used.output_tokens, used.images, _price(used))
    print(_ROW.format(*row, f"{took_s:.1f} s"), flush=True)
    return answered


def _price(used: Usage) -> str:
    return "unknown" if used.unpriced_calls else f"${used.price_micros / MICROS_PER_DOLLAR:.4f}"


if __name__ == "__main__":
    sys.exit(main())
