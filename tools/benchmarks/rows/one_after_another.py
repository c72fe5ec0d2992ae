"""The original client's way to a comic: one call after another, through the single-step endpoints."""

from typing import TypedDict, cast

import aiohttp

_STYLE = "manga"


class _Analysis(TypedDict):
    characters: list[dict[str, str]]
    setting: dict[str, str]


class _Breakdown(TypedDict):
    panels: list[dict[str, object]]


async def make_comic(app: aiohttp.ClientSession, story: str) -> None:
    """Make the comic and drop it."""
    analysis = cast("_Analysis", await _post(app, "analyze-story", "analysis", story=story))
    setting, characters = analysis["setting"], analysis["characters"]
    chunked = await _post(app, "chunk-story", "storyBreakdown", story=story, setting=setting, characters=characters)
    plan = cast("_Breakdown", chunked)
    sheets: list[dict[str, str]] = []
    for character in characters:
        drawn = await _post(
            app, "generate-character-refs", "characterReferences", characters=[character], setting=setting
        )
        sheets += cast("list[dict[str, str]]", drawn)
    for panel in plan["panels"]:
        cast_of_panel = [sheet for sheet in sheets if sheet["name"] in cast("list[str]", panel["characters"])]
        await _post(
            app, "generate-panel", "generatedPanel", panel=panel, characterReferences=cast_of_panel, setting=setting
        )


async def _post(app: aiohttp.ClientSession, endpoint: str, wanted: str, **body: object) -> object:
    async with app.post(f"/api/{endpoint}", json={**body, "style": _STYLE}) as answer:
        answer.raise_for_status()
        return cast("dict[str, object]", await answer.json())[wanted]
