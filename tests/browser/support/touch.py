"""Fingers on a touch screen."""

from collections.abc import Sequence

from playwright.async_api import Page

type Point = tuple[int, int]


async def touch(page: Page, moves: Sequence[Sequence[Point]]) -> None:
    """Put fingers on the first points, move them to the next ones, and lift them. Points are in pixels."""
    session = await page.context.new_cdp_session(page)
    for number, points in enumerate([*moves, []]):
        kind = "touchEnd" if not points else "touchStart" if number == 0 else "touchMove"
        touches = [{"x": x, "y": y, "id": finger} for finger, (x, y) in enumerate(points)]
        event = {"type": kind, "touchPoints": touches}
        await session.send("Input.dispatchTouchEvent", event)  # pyright: ignore[reportUnknownMemberType] - any JSON
    await session.detach()
