"""A host that dies in the middle of a deletion: the generation is gone at once, and the next host removes the rest."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from shared.names import deletion_blob, generation_prefix
from shared.storage.lifecycle import Deleting, Lifecycle, Lifecycles
from tests.support.running_app import START, RunningApp, started_app, store_of
from tests.support.waiting import wait_until


@pytest.fixture
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    with started_app(tmp_path_factory.mktemp("stack"), RETENTION_DAYS="0") as app:
        yield app


async def begin_deletion(app: RunningApp, generation_id: str) -> None:
    """Do what a deletion does first, and nothing more."""

    def deleting(record: Lifecycle | None) -> Lifecycle:
        assert record is not None
        return Deleting(reason="deleted", at=record.at)

    async with store_of(app.stack) as store:
        await store.create(deletion_blob(generation_id), b"", "text/plain")
        await Lifecycles(store, lambda: datetime.now(UTC)).change(generation_id, deleting)


async def test_next_host_finishes_a_deletion_that_a_crash_interrupted(app: RunningApp) -> None:
    deleted, kept = app.generate().generation_id, app.generate().generation_id
    image = app.state(deleted)["links"]["images"]["panels"][0]
    assert app.http.get(image).status_code == 200

    app.kill_host()
    await begin_deletion(app, deleted)
    app.stack.start_host()

    addresses = [image, f"/api/generations/{deleted}", f"{START}/{deleted}"]
    assert [app.http.get(address).status_code for address in addresses] == [404, 404, 404]
    wait_until(lambda: not app.runs(deleted), "the runs to be removed")
    names = await app.blobs()
    assert [name for name in names if name.startswith(generation_prefix(deleted))] == []
    assert app.state(kept)["status"] == "completed"
