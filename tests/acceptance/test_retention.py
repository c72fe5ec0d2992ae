"""A host that is killed during a purge and started again purges all that is due, and nothing else."""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from shared.names import DELETIONS, generation_of, generation_of_blob
from shared.storage.lifecycle import Lifecycle, Lifecycles
from tests.support.contract_check import JsonObject
from tests.support.running_app import RunningApp, started_app, store_of
from tests.support.waiting import wait_until

DUE, KEY = 5, "the-first-one"
# What every call that names a generation answers once it is purged.
CALLS = [
    ("GET", "/api/generate-manga-stream/{id}"),
    ("GET", "/api/generations/{id}"),
    ("GET", "/api/generations/{id}/images/panels/0/1"),
    ("GET", "/api/generations/{id}/export?format=zip"),
    ("POST", "/api/generations/{id}/cancel"),
    ("POST", "/api/generations/{id}/retry"),
    ("POST", "/api/generations/{id}/panels/0/regenerate"),
    ("POST", "/api/generations/{id}/characters/0/regenerate"),
    ("DELETE", "/api/generations/{id}"),
]


@pytest.fixture
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    with started_app(tmp_path_factory.mktemp("stack")) as app:
        yield app


async def make_old(app: RunningApp, generation_ids: list[str]) -> None:
    """Make generations forty days old, while no host runs."""
    then = datetime.now(UTC) - timedelta(days=40)
    text = then.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
    with closing(sqlite3.connect(app.stack.host_data / "durable.sqlite")) as database, database:
        for generation in generation_ids:
            database.execute(
                "UPDATE instances SET created_at = ?, updated_at = ? WHERE instance_id LIKE ?",
                (text, text, f"{generation}%"),
            )
    async with store_of(app.stack) as store:
        for generation in generation_ids:
            await Lifecycles(store, lambda: then).change(generation, lambda record: _written_at(record, then))


def _written_at(record: Lifecycle | None, then: datetime) -> Lifecycle:
    assert record is not None
    return record.model_copy(update={"at": then})


def run_retention(app: RunningApp) -> None:
    """Have the host run the timer function now, as its administrator would."""
    assert httpx.post(f"{app.url}/admin/functions/retention", json={}, trust_env=False).status_code == 202


async def kill_in_the_middle(app: RunningApp) -> None:
    """Kill the host as soon as the removal of the first generation has begun."""
    assert app.stack.host is not None
    async with store_of(app.stack) as store:
        run_retention(app)
        while not [name async for name in store.names(DELETIONS)]:
            assert app.stack.host.is_running
        app.kill_host()


def known_to_the_engine(app: RunningApp) -> set[str | None]:
    return {generation_of(instance_id) for instance_id in app.runs()}


async def stored(app: RunningApp) -> set[str]:
    return {each for name in await app.blobs() if (each := generation_of_blob(name)) is not None}


def states(app: RunningApp, generation_ids: list[str]) -> list[JsonObject]:
    return [app.state(each) for each in generation_ids]


def answer(app: RunningApp, method: str, path: str) -> tuple[int, object]:
    response = app.http.request(method, path)
    return response.status_code, response.json().get("code")


async def test_next_host_finishes_a_purge_that_a_crash_interrupted(app: RunningApp) -> None:
    with ThreadPoolExecutor(DUE + 1) as threads:
        first = threads.submit(app.generate, headers={"Idempotency-Key": KEY})
        others = [each.result() for each in [threads.submit(app.generate) for _ in range(DUE)]]
    due = [received.generation_id for received in (first.result(), *others[1:])]
    kept = [others[0].generation_id]
    deleted = app.generate().generation_id
    assert app.delete(deleted) == 204
    before = states(app, kept)
    app.emulator.fail({"kind": "analysis", "fault": "hang"})
    with app.reading() as messages:
        running = next(messages)["generationId"]
    app.kill_host()
    await make_old(app, [*due, running])
    app.stack.start_host()

    await kill_in_the_middle(app)
    app.stack.start_host()
    unfinished = known_to_the_engine(app) & set(due)
    assert unfinished, "the purge had ended before the host was killed"
    run_retention(app)
    wait_until(lambda: not known_to_the_engine(app) & set(due), "the purge")

    assert await stored(app) == {*kept, running}
    assert known_to_the_engine(app) == {*kept, running}
    assert states(app, kept) == before
    assert app.state(running)["status"] == "running"
    for generation in due:
        answers = {answer(app, method, path.format(id=generation)) for method, path in CALLS}
        assert answers == {(410, "expired")}
    assert {answer(app, method, path.format(id=deleted)) for method, path in CALLS} == {(404, "not-found")}
    app.emulator.reset()
    assert app.generate(headers={"Idempotency-Key": KEY}).generation_id not in due
