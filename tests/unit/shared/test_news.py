"""Word of a generation reaches those who follow it in this process, on their own loop, as long as they listen."""

import asyncio
from collections import Counter

from shared.news import News
from tests.fakes.stories import GENERATION

_OTHER = "f" * 32


async def test_all_who_listen_to_a_generation_hear_of_it_and_nobody_else() -> None:
    news, heard = News(), Counter[str]()
    with (
        news.heard(GENERATION, lambda word: heard.update([f"one: {word}"])),
        news.heard(GENERATION, lambda word: heard.update([f"two: {word}"])),
        news.heard(_OTHER, lambda word: heard.update([f"other: {word}"])),
    ):
        news.tell(GENERATION, "all-shown")
        await asyncio.sleep(0)

    assert heard == {"one: all-shown": 1, "two: all-shown": 1}


async def test_who_has_left_hears_nothing() -> None:
    news, heard = News(), Counter[str]()
    with news.heard(GENERATION, lambda _: heard.update(["stays"])):
        with news.heard(GENERATION, lambda _: heard.update(["leaves"])):
            pass
        news.tell(GENERATION, "step-ended")
        await asyncio.sleep(0)
    news.tell(GENERATION, "step-ended")
    await asyncio.sleep(0)

    assert heard == {"stays": 1}


async def test_word_from_another_thread_arrives_on_the_listeners_loop() -> None:
    news, heard = News(), asyncio.Event()
    with news.heard(GENERATION, lambda _: heard.set()):
        await asyncio.to_thread(news.tell, GENERATION, "step-ended")
        async with asyncio.timeout(10):
            await heard.wait()
