"""Result lines: rendered once for all readers, identical for each of them, with images in pieces."""

import asyncio
import gc
import json
import weakref

import pytest

from api.streaming.lines import Lines
from shared.deps import Deps
from shared.errors import NotFound, StorageUnavailable
from shared.images.data_urls import from_data_url
from shared.images.image import Image
from shared.models.ledger import AnalysisEntry, ImageEntry, Ledger
from shared.models.story import ImageMode
from shared.ports import Blob
from shared.storage.azure_blobs import AzureBlobStore
from shared.storage.generations import Generations
from tests.support.fakes.blobs import SwitchedBlobs
from tests.support.fakes.stories import GENERATION, analysis, character, ref
from tests.unit.api.drawn_story import LAST_SEQ, ledger, store_results
from tests.unit.api.reading import JsonObject

LARGE = bytes(range(256)) * 1200
MAX_PIECE_BYTES = 64 * 1024
ONE_PANEL = Ledger(entries=(ImageEntry(kind="panel", index=4),))


async def _line(lines: Lines, of: Ledger, seq: int, images: ImageMode) -> bytes:
    return b"".join([piece async for piece in lines.pieces(of, seq, images)])


async def _message(lines: Lines, of: Ledger, seq: int, images: ImageMode) -> JsonObject:
    line = await _line(lines, of, seq, images)
    assert line.index(b"\n") == len(line) - 1
    return json.loads(line)


async def test_line_is_rendered_once_for_all_readers(deps: Deps) -> None:
    await store_results(deps)
    lines = Lines(deps.generations, GENERATION)

    async def read() -> bytes:
        (piece,) = [piece async for piece in lines.pieces(ledger(), 1, "url")]
        return piece

    first, second = await asyncio.gather(read(), read())

    assert first is second
    assert first is await read()


async def test_images_are_inline_or_urls_and_all_else_is_the_same(deps: Deps) -> None:
    await store_results(deps)
    lines = Lines(deps.generations, GENERATION)
    seqs = range(1, LAST_SEQ + 1)

    inline = [await _message(lines, ledger(), seq, "inline") for seq in seqs]
    as_urls = [await _message(lines, ledger(), seq, "url") for seq in seqs]

    for with_data, with_url in zip(inline, as_urls, strict=True):
        if with_data["type"] in {"character", "panel"}:
            data, url = with_data["data"].pop("image"), with_url["data"].pop("image")
            kind, index, version = url.removeprefix(f"/api/generations/{GENERATION}/images/").split("/")
            image_kind = "panel" if kind == "panels" else "character"
            blob = await deps.generations.image(ref(image_kind, int(index), int(version)))
            assert (from_data_url(data), data.partition(";")[0]) == (blob.content, f"data:{blob.media_type}")
        assert with_data == with_url


@pytest.mark.parametrize("size", [0, 1, 48 * 1024 - 1, 48 * 1024, 48 * 1024 + 1, len(LARGE)])
async def test_image_is_sent_in_pieces(deps: Deps, size: int) -> None:
    await deps.generations.keep_image(ref("panel", 4, 1), Image(LARGE[:size], "image/webp"))
    lines = Lines(deps.generations, GENERATION)

    pieces = [piece async for piece in lines.pieces(ONE_PANEL, 1, "inline")]

    image: str = json.loads(b"".join(pieces))["data"]["image"]
    assert image.startswith("data:image/webp;base64,")
    assert from_data_url(image) == LARGE[:size]
    assert max(map(len, pieces)) <= MAX_PIECE_BYTES
    assert [piece.endswith(b"\n") for piece in pieces] == [False] * (len(pieces) - 1) + [True]


class TrackedBlobs(SwitchedBlobs):
    """Storage that knows which of the returned blobs are still in memory."""

    def __init__(self, store: AzureBlobStore) -> None:
        super().__init__(store)
        self.returned: weakref.WeakSet[Blob] = weakref.WeakSet()

    async def read(self, name: str) -> Blob | None:
        blob = await super().read(name)
        if blob is None:
            return None
        tracked = _TrackedBlob(blob.content, blob.media_type, blob.etag)
        self.returned.add(tracked)
        return tracked

    def held_count(self) -> int:
        # An exception that the storage SDK has handled may keep frames until they are collected.
        gc.collect()
        return len(self.returned)


class _TrackedBlob(Blob):
    """A blob that can be referenced weakly."""


async def test_reader_holds_no_image_between_pieces(deps: Deps, blobs: AzureBlobStore) -> None:
    await deps.generations.keep_image(ref("panel", 4, 1), Image(LARGE, "image/png"))
    tracked = TrackedBlobs(blobs)
    lines = Lines(Generations(tracked), GENERATION)

    held = [tracked.held_count() async for _ in lines.pieces(ONE_PANEL, 1, "inline")]

    assert held == [0] * len(held)
    assert len(held) > len(LARGE) / MAX_PIECE_BYTES


async def test_text_that_looks_like_an_image_field_is_unchanged(deps: Deps) -> None:
    trap = f'"image":"/api/generations/{GENERATION}/images/characters/0/1"'
    plan = analysis("Mira").model_copy(update={"characters": (character(f"Mira {trap}"),)})
    await deps.generations.keep_text(GENERATION, plan)
    await deps.generations.keep_image(ref("character", 0, 1), Image(b"sheet", "image/png"))
    entries = (AnalysisEntry(), ImageEntry(kind="character", index=0))

    message = await _message(Lines(deps.generations, GENERATION), Ledger(entries=entries), 2, "inline")

    assert message["data"]["name"] == f"Mira {trap}"
    assert from_data_url(message["data"]["image"]) == b"sheet"


async def test_failed_panel_has_no_image(deps: Deps) -> None:
    of = Ledger(entries=(ImageEntry(kind="panel", index=0, failure="model-timeout"),))

    message = await _message(Lines(deps.generations, GENERATION), of, 1, "inline")

    assert (message["type"], message["step"]) == ("error", "panel")


async def test_line_breaks_off_if_its_image_is_deleted_meanwhile(deps: Deps) -> None:
    await store_results(deps)
    await deps.generations.keep_image(ref("panel", 4, 1), Image(LARGE, "image/png"))
    lines = Lines(deps.generations, GENERATION)

    pieces = lines.pieces(ONE_PANEL, 1, "inline")
    await anext(pieces)
    await deps.generations.delete(GENERATION)

    with pytest.raises(NotFound):
        [_ async for _ in pieces]


async def test_line_that_failed_to_render_is_rendered_again_for_the_next_reader(deps: Deps) -> None:
    await store_results(deps)
    blobs = SwitchedBlobs(deps.blobs, down=True)
    lines = Lines(Generations(blobs), GENERATION)

    failed = await asyncio.gather(*(_line(lines, ledger(), 1, "url") for _ in range(2)), return_exceptions=True)
    blobs.down = False

    assert [type(error) for error in failed] == [StorageUnavailable, StorageUnavailable]
    assert (await _message(lines, ledger(), 1, "url"))["seq"] == 1
