"""Word of a generation reaches those who follow it in this process, on their own loop, as long as they listen."""

import asyncio
from collections import Counter

from shared.news import News
from tests.fakes.stories import GENERATION

_OTHER = "f" * 32


async def test_all_who_listen_to_a_generation_hear_of_it_and_nobody_else() -> None:
    news, heard = News(), Counter[str]()
    with (
        news.heard(GENERATION, lambda: heard.update(["one"])),
        news.heard(GENERATION, lambda: heard.update(["two"])),
        news.heard(_OTHER, lambda: heard.update(["other"])),
    ):
        news.tell(GENERATION)
        await asyncio.sleep(0)

    assert heard == {"one": 1, "two": 1}


async def test_who_has_left_hears_nothing() -> None:
    news, heard = News(), Counter[str]()
    with news.heard(GENERATION, lambda: heard.update(["stays"])):
        with news.heard(GENERATION, lambda: heard.update(["leaves"])):
            pass
        news.tell(GENERATION)
        await asyncio.sleep(0)
    news.tell(GENERATION)
    await asyncio.sleep(0)

    assert heard == {"stays": 1}


async def test_word_from_another_thread_arrives_on_the_listeners_loop() -> None:
    news, heard = News(), asyncio.Event()
    with news.heard(GENERATION, heard.set):
        await asyncio.to_thread(news.tell, GENERATION)
        async with asyncio.timeout(10):
            await heard.wait()
