"""Result lines: made once for all readers, and the same for each of them."""

import asyncio
import json

from api.lines import Lines
from shared.deps import Deps
from tests.fakes.stories import GENERATION
from tests.unit.api.drawn_story import LAST_SEQ, ledger, store_results


async def test_a_line_is_made_once_for_all_who_want_it(deps: Deps) -> None:
    await store_results(deps)
    lines = Lines(deps.generations, GENERATION)

    first, second = await asyncio.gather(*(lines.line(ledger(), 1, "url") for _ in range(2)))
    later = await lines.line(ledger(), 1, "url")

    assert first is second is later
    assert json.loads(first)["seq"] == 1


async def test_readers_who_want_images_inline_and_by_address_get_each_their_own(deps: Deps) -> None:
    await store_results(deps)
    lines = Lines(deps.generations, GENERATION)
    seqs = range(1, LAST_SEQ + 1)

    inline = [json.loads(await lines.line(ledger(), seq, "inline")) for seq in seqs]
    by_url = [json.loads(await lines.line(ledger(), seq, "url")) for seq in seqs]

    assert [message["type"] for message in inline] == [message["type"] for message in by_url]
    images = [message["data"]["image"] for message in inline if message["type"] == "panel"]
    addresses = [message["data"]["image"] for message in by_url if message["type"] == "panel"]
    assert images
    assert all(image.startswith("data:image/") for image in images)
    assert all(address.startswith(f"/api/generations/{GENERATION}/") for address in addresses)
