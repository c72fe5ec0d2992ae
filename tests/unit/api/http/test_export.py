"""Exports: what is asked for, what is refused, what is told with the file, and how many are made at once."""

import asyncio
import io
import zipfile

import pytest
from azurefunctions.extensions.http.fastapi import Response

from api.export.comic.comic import Comic, ExportFormat
from api.http.export import Exporter, attachment, parse_export_query
from shared.deps import Deps
from shared.errors import InvalidInput, NotFound, NothingToExport
from shared.models.ledger import CancelledEntry, ImageEntry
from tests.support.fakes.engine import FakeEngine
from tests.support.fakes.stories import GENERATION, image, ref
from tests.unit.api.drawn_story import LAST_SEQ, ledger, store_results
from tests.unit.api.http_requests import http_request

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
    return await Exporter().export(deps, engine, request)


def names_in(response: Response) -> list[str]:
    return zipfile.ZipFile(io.BytesIO(bytes(response.body))).namelist()


@pytest.mark.parametrize("export_format", FORMATS)
async def test_a_finished_comic_comes_in_every_format_with_what_a_browser_needs(
    drawn: Deps, engine: FakeEngine, export_format: str
) -> None:
    response = await export(drawn, engine, f"format={export_format}")

    assert response.status_code == 200
    assert response.headers["content-disposition"].startswith(f'attachment; filename="The-Harbour.{export_format}"')
    assert response.headers["cache-control"] == "private, no-cache"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert len(response.body) == int(response.headers["content-length"]) > 0


async def test_the_latest_version_of_an_image_is_exported(drawn: Deps, engine: FakeEngine) -> None:
    redone = image("yellow")
    await drawn.generations.keep_image(ref("panel", 0, 2), redone)
    engine.show(GENERATION, ledger(LAST_SEQ, ImageEntry(kind="panel", index=0, version=2)), "completed")

    response = await export(drawn, engine, "format=zip")

    archive = zipfile.ZipFile(io.BytesIO(bytes(response.body)))
    assert archive.read("panels/01.png") == redone.content


async def test_a_comic_that_is_being_drawn_is_exported_as_far_as_it_is(drawn: Deps, engine: FakeEngine) -> None:
    engine.show(GENERATION, ledger(5))

    assert names_in(await export(drawn, engine, "format=zip")) == [
        "analysis.json",
        "chunks.json",
        "characters/01-Mira.png",
        "characters/02-Jon.png",
        "panels/02.png",
    ]


async def test_a_plan_that_readers_were_not_told_yet_is_no_part_of_it(drawn: Deps, engine: FakeEngine) -> None:
    engine.show(GENERATION, ledger(2).closed(CancelledEntry()), "completed")

    assert names_in(await export(drawn, engine, "format=zip")) == ["analysis.json", "characters/02-Jon.png"]
    for export_format in FORMATS:
        assert (await export(drawn, engine, f"format={export_format}")).status_code == 200


@pytest.mark.parametrize("count", [0, 1])
async def test_without_any_image_there_is_nothing_to_export(drawn: Deps, engine: FakeEngine, count: int) -> None:
    engine.show(GENERATION, ledger(count))

    with pytest.raises(NothingToExport):
        await export(drawn, engine, "format=pdf")


async def test_an_unknown_generation_is_not_found(deps: Deps, engine: FakeEngine) -> None:
    with pytest.raises(NotFound):
        await export(deps, engine, "format=pdf")


async def test_a_client_that_has_the_file_is_told_so(drawn: Deps, engine: FakeEngine) -> None:
    first = await export(drawn, engine, "format=png")

    again = await export(drawn, engine, "format=png", first.headers["etag"])

    assert (again.status_code, again.body) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]


async def test_what_makes_another_file_makes_another_tag(drawn: Deps, engine: FakeEngine) -> None:
    tags = {
        (await export(drawn, engine, query)).headers["etag"] for query in ("format=zip", "format=zip&direction=ltr")
    }
    engine.show(GENERATION, ledger(LAST_SEQ, ImageEntry(kind="panel", index=0, failure="model-busy")), "completed")
    tags.add((await export(drawn, engine, "format=zip")).headers["etag"])

    assert len(tags) == 3


async def test_a_manga_is_read_from_the_right_unless_asked_otherwise(drawn: Deps, engine: FakeEngine) -> None:
    by_style, from_the_right, from_the_left = [
        (await export(drawn, engine, f"format=cbz{direction}")).body
        for direction in ("", "&direction=rtl", "&direction=ltr")
    ]

    assert by_style == from_the_right != from_the_left


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ("", ["format"]),
        ("format=epub", ["format"]),
        ("format=PDF", ["format"]),
        ("format=pdf&direction=up", ["direction"]),
        ("format=&direction=", ["format", "direction"]),
    ],
)
def test_every_broken_field_of_the_query_is_named(query: str, fields: list[str]) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_export_query(http_request(query=query))

    assert [problem.field for problem in refused.value.problems] == fields


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
def test_the_file_is_named_by_its_title_and_by_nothing_else(title: str, expected: str) -> None:
    assert attachment(title, "pdf") == expected


@pytest.fixture
def at_work(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many exports are being made, noted whenever one begins; each takes until the loop was free."""
    counts: list[int] = []
    running = 0

    async def work(comic: Comic, export_format: ExportFormat) -> bytes:
        nonlocal running
        running += 1
        counts.append(running)
        for _ in range(20):
            await asyncio.sleep(0)
        running -= 1
        return b"file"

    monkeypatch.setattr("api.http.export._rendered", work)
    return counts


async def test_two_exports_at_once_are_made_and_others_wait(
    drawn: Deps, engine: FakeEngine, at_work: list[int]
) -> None:
    exporter = Exporter()
    request = http_request(query="format=pdf", path_params={"id": GENERATION})

    answers = await asyncio.gather(*(exporter.export(drawn, engine, request) for _ in range(6)))

    assert [answer.status_code for answer in answers] == [200] * 6
    assert len(at_work) == 6
    assert max(at_work) <= 2
