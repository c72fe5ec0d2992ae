"""The export endpoint: its query, its headers, its errors, and how many exports run at once."""

import asyncio
import io
import threading
import zipfile

import pytest
from azurefunctions.extensions.http.fastapi import Response

import api.http.export
from api.export.comic.comic import Comic, ExportFormat
from api.http.export import ENDPOINTS, Exporter, attachment
from shared.deps import Deps
from shared.errors import NotFound, NothingToExport
from shared.models.ledger import CancelledEntry, ImageEntry
from tests.support.fakes.engine import FakeEngine
from tests.support.fakes.stories import GENERATION, image
from tests.unit.api.drawn_story import LAST_SEQ, ledger, store_results
from tests.unit.api.http_requests import call_of, http_request

FORMATS: tuple[ExportFormat, ...] = ("zip", "cbz", "pdf", "png")


@pytest.fixture
async def drawn(deps: Deps, engine: FakeEngine) -> Deps:
    """A generation that has ended, with its results in storage."""
    await store_results(deps)
    engine.show(GENERATION, ledger(), "completed")
    return deps


async def export(deps: Deps, engine: FakeEngine, query: str, etag: str | None = None) -> Response:
    headers = {} if etag is None else {"if-none-match": etag}
    request = http_request(headers=headers, query=query, path_params={"id": GENERATION})
    return await ENDPOINTS[0].answer(call_of(deps, engine, request))


def names_in(response: Response) -> list[str]:
    return zipfile.ZipFile(io.BytesIO(bytes(response.body))).namelist()


@pytest.mark.parametrize("export_format", FORMATS)
async def test_finished_comic_is_exported_in_every_format(drawn: Deps, engine: FakeEngine, export_format: str) -> None:
    response = await export(drawn, engine, f"format={export_format}")

    assert response.status_code == 200
    assert response.headers["content-disposition"].startswith(f'attachment; filename="The-Harbour.{export_format}"')
    assert response.headers["cache-control"] == "private, no-cache"
    assert len(response.body) == int(response.headers["content-length"]) > 0


async def test_latest_version_of_an_image_is_exported(drawn: Deps, engine: FakeEngine) -> None:
    redone = image("yellow")
    await drawn.generations.keep_image(GENERATION, "panel", 0, 2, redone)
    engine.show(GENERATION, ledger(LAST_SEQ, ImageEntry(kind="panel", index=0, version=2)), "completed")

    response = await export(drawn, engine, "format=zip")

    archive = zipfile.ZipFile(io.BytesIO(bytes(response.body)))
    assert archive.read("panels/01.png") == redone.content


async def test_unfinished_comic_is_exported_with_what_is_drawn(drawn: Deps, engine: FakeEngine) -> None:
    engine.show(GENERATION, ledger(5))

    assert names_in(await export(drawn, engine, "format=zip")) == [
        "analysis.json",
        "chunks.json",
        "characters/01-Mira.png",
        "characters/02-Jon.png",
        "panels/02.png",
    ]


async def test_plan_that_is_not_in_the_ledger_is_not_exported(drawn: Deps, engine: FakeEngine) -> None:
    engine.show(GENERATION, ledger(2).closed(CancelledEntry()), "completed")

    assert names_in(await export(drawn, engine, "format=zip")) == ["analysis.json", "characters/02-Jon.png"]
    for export_format in FORMATS:
        assert (await export(drawn, engine, f"format={export_format}")).status_code == 200


@pytest.mark.parametrize("count", [0, 1])
async def test_comic_without_any_image_is_not_exported(drawn: Deps, engine: FakeEngine, count: int) -> None:
    engine.show(GENERATION, ledger(count))

    with pytest.raises(NothingToExport):
        await export(drawn, engine, "format=pdf")


async def test_unknown_generation_is_not_found(deps: Deps, engine: FakeEngine) -> None:
    with pytest.raises(NotFound):
        await export(deps, engine, "format=pdf")


async def test_client_with_the_current_file_gets_304(drawn: Deps, engine: FakeEngine) -> None:
    first = await export(drawn, engine, "format=png")

    again = await export(drawn, engine, "format=png", first.headers["etag"])

    assert (again.status_code, again.body) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]


async def test_every_different_file_has_a_different_etag(drawn: Deps, engine: FakeEngine) -> None:
    tags = {
        (await export(drawn, engine, query)).headers["etag"] for query in ("format=zip", "format=zip&direction=ltr")
    }
    engine.show(GENERATION, ledger(LAST_SEQ, ImageEntry(kind="panel", index=0, failure="model-busy")), "completed")
    tags.add((await export(drawn, engine, "format=zip")).headers["etag"])

    assert len(tags) == 3


async def test_manga_is_read_from_right_to_left_by_default(drawn: Deps, engine: FakeEngine) -> None:
    by_style, from_the_right, from_the_left = [
        (await export(drawn, engine, f"format=cbz{direction}")).body
        for direction in ("", "&direction=rtl", "&direction=ltr")
    ]

    assert by_style == from_the_right != from_the_left


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("The Lamp", "attachment; filename=\"The-Lamp.pdf\"; filename*=UTF-8''The-Lamp.pdf"),
        ("Café", "attachment; filename=\"Caf.pdf\"; filename*=UTF-8''Caf%C3%A9.pdf"),
        ("夜", "attachment; filename=\"comic.pdf\"; filename*=UTF-8''%E5%A4%9C.pdf"),
        ("CON", "attachment; filename=\"CON_.pdf\"; filename*=UTF-8''CON_.pdf"),
        ("夜 nul", "attachment; filename=\"nul_.pdf\"; filename*=UTF-8''%E5%A4%9C-nul.pdf"),
        ("COM¹", "attachment; filename=\"COM.pdf\"; filename*=UTF-8''COM%C2%B9_.pdf"),
        ('"; x="../\r\na', "attachment; filename=\"x-a.pdf\"; filename*=UTF-8''x-a.pdf"),
    ],
)
def test_file_name_is_made_of_the_title(title: str, expected: str) -> None:
    assert attachment(title, "pdf") == expected


async def test_two_exports_run_at_once_and_others_wait(
    drawn: Deps, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    exporter, both_run = Exporter(), threading.Barrier(2)
    running: set[int] = set()
    counts: list[int] = []

    def render(comic: Comic, export_format: ExportFormat) -> bytes:
        running.add(threading.get_ident())
        both_run.wait(timeout=30)
        counts.append(len(running))
        both_run.wait(timeout=30)
        running.discard(threading.get_ident())
        return b"file"

    monkeypatch.setattr(api.http.export, "_render", render)
    call = call_of(drawn, engine, http_request(query="format=pdf", path_params={"id": GENERATION}))
    answers = await asyncio.gather(*(exporter.export(call) for _ in range(6)))

    assert [answer.status_code for answer in answers] == [200] * 6
    assert counts == [2] * 6
