"""Exports: which of a generation's results are in the file, its ETag, and how many are made at once."""

import asyncio
import io
import zipfile
from random import Random

import PIL.Image
import pytest

from api.export.book.book import Book
from api.export.comic import pixels
from api.export.comic.comic import Comic, Rendering
from api.export.exporter import Export, Exporter
from shared.deps import Deps
from shared.errors import NothingToExport
from shared.images.image import Image
from shared.models.ledger import CancelledEntry, ImageEntry
from shared.models.story import Direction
from shared.storage.generations import Inputs
from tests.support.fakes.engine import FakeEngine
from tests.support.fakes.stories import GENERATION, image, ref
from tests.unit.api.drawn_story import LAST_SEQ, ledger


async def export(
    deps: Deps, engine: FakeEngine, export_format: Rendering, direction: Direction | None = None
) -> Export:
    return await Exporter().export(deps, engine, GENERATION, export_format, direction)


async def archive(deps: Deps, engine: FakeEngine) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO((await export(deps, engine, "zip")).content or b""))


async def test_latest_version_of_an_image_is_exported(drawn: Deps, engine: FakeEngine) -> None:
    redone = image("yellow")
    await drawn.generations.keep_image(ref("panel", 0, 2), redone)
    engine.show(GENERATION, ledger(LAST_SEQ, ImageEntry(kind="panel", index=0, version=2)), "completed")

    assert (await archive(drawn, engine)).read("panels/01.png") == redone.content


async def test_running_generation_is_exported_as_far_as_it_is_drawn(drawn: Deps, engine: FakeEngine) -> None:
    engine.show(GENERATION, ledger(5))

    assert (await archive(drawn, engine)).namelist() == [
        "analysis.json",
        "chunks.json",
        "characters/01-Mira.png",
        "characters/02-Jon.png",
        "panels/02.png",
    ]


async def test_breakdown_that_is_not_in_the_ledger_is_not_exported(drawn: Deps, engine: FakeEngine) -> None:
    engine.show(GENERATION, ledger(2).closed(CancelledEntry()), "completed")

    assert (await archive(drawn, engine)).namelist() == ["analysis.json", "characters/02-Jon.png"]
    for export_format in ("cbz", "pdf", "png", "cover"):
        assert (await export(drawn, engine, export_format)).content


@pytest.mark.parametrize("count", [0, 1])
async def test_generation_without_an_image_cannot_be_exported(drawn: Deps, engine: FakeEngine, count: int) -> None:
    engine.show(GENERATION, ledger(count))

    with pytest.raises(NothingToExport):
        await export(drawn, engine, "pdf")


async def test_each_different_file_has_its_own_etag(drawn: Deps, engine: FakeEngine) -> None:
    before = [await export(drawn, engine, "zip"), await export(drawn, engine, "zip", "ltr")]
    engine.show(GENERATION, ledger(LAST_SEQ, ImageEntry(kind="panel", index=0, failure="model-busy")), "completed")
    after = await export(drawn, engine, "zip")

    assert len({exported.etag for exported in (*before, after)}) == 3


async def test_manga_is_read_from_right_to_left_by_default(drawn: Deps, engine: FakeEngine) -> None:
    by_style, rtl, ltr = [(await export(drawn, engine, "cbz", direction)).content for direction in (None, "rtl", "ltr")]

    assert by_style == rtl != ltr


async def test_comic_has_the_style_the_language_and_the_model_of_its_generation(
    drawn: Deps, engine: FakeEngine
) -> None:
    comics: list[Comic] = []

    async def render(comic: Comic | Book, _rendering: Rendering) -> bytes:
        assert isinstance(comic, Comic)
        comics.append(comic)
        return b"file"

    await Exporter(render).export(drawn, engine, GENERATION, "pdf")

    (comic,) = comics
    assert (comic.style, comic.language, comic.model) == ("manga", None, drawn.settings.image_model)


async def test_at_most_two_exports_run_at_once(drawn: Deps, engine: FakeEngine) -> None:
    running = 0
    counts: list[int] = []

    async def render(_comic: Comic | Book, _format: Rendering) -> bytes:
        nonlocal running
        running += 1
        counts.append(running)
        for _ in range(20):
            await asyncio.sleep(0)
        running -= 1
        return b"file"

    exporter = Exporter(render)

    exports = await asyncio.gather(*(exporter.export(drawn, engine, GENERATION, "pdf") for _ in range(6)))

    assert [exported.content for exported in exports] == [b"file"] * 6
    assert len(counts) == 6
    assert max(counts) <= 2


async def test_very_large_image_is_smaller_on_pages_and_whole_in_the_zip(
    drawn: Deps, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pixels, "MOST_PRINTED_BYTES", 64 * 1024)
    monkeypatch.setattr(pixels, "MOST_PRINTED_PX", 480)
    noise = PIL.Image.frombytes("L", (800, 600), Random(1).randbytes(800 * 600))
    large = Image(pixels.encoded(noise, "PNG"), "image/png")
    await drawn.generations.keep_image(ref("panel", 0, 2), large)
    engine.show(GENERATION, ledger(LAST_SEQ, ImageEntry(kind="panel", index=0, version=2)), "completed")
    comics: list[Comic] = []

    async def render(comic: Comic | Book, _rendering: Rendering) -> bytes:
        assert isinstance(comic, Comic)
        comics.append(comic)
        return b"file"

    for rendering in ("pdf", "zip"):
        await Exporter(render).export(drawn, engine, GENERATION, rendering)

    on_pages, whole = (comic.panels[0].image for comic in comics)
    assert whole == large
    assert on_pages is not None
    assert (on_pages.media_type, comics[0].panels[1].image) == ("image/jpeg", comics[1].panels[1].image)
    with PIL.Image.open(io.BytesIO(on_pages.content)) as picture:
        assert picture.size == (480, 360)


async def test_comics_with_large_images_are_exported_one_at_a_time(drawn: Deps, engine: FakeEngine) -> None:
    look = Inputs("A story.", "manga", no_dialogue=False, image_size="4K")
    await drawn.generations.save_inputs(GENERATION, look)
    running: list[int] = []
    most = 0

    async def render(_comic: Comic | Book, _format: Rendering) -> bytes:
        nonlocal most
        running.append(1)
        most = max(most, len(running))
        for _ in range(20):
            await asyncio.sleep(0)
        running.pop()
        return b"file"

    exporter = Exporter(render)

    await asyncio.gather(*(exporter.export(drawn, engine, GENERATION, "pdf") for _ in range(4)))

    assert most == 1
