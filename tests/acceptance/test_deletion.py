"""A host that dies in the middle of a deletion: the generation is gone at once, and the next host removes the rest."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from shared.names import deletion_blob, generation_prefix
from shared.settings import load_settings
from shared.storage.azure_blobs import AzureBlobStore
from shared.storage.lifecycle import Deleting, Lifecycle, Lifecycles
from tests.acceptance.programs import wait_for
from tests.support.running_app import RunningApp, running_app
from tests.support.unlimited import NO_LIMITS
from tools.devstack.stack import Stack, StackOptions


@pytest.fixture
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    """A stack of our own: nobody else's host is killed."""
    settings = {**NO_LIMITS, "RETENTION_DAYS": "0"}
    with Stack(StackOptions(tmp_path_factory.mktemp("stack"), settings=settings)) as stack, running_app(stack) as app:
        yield app


async def write_tombstone(app: RunningApp, generation_id: str) -> None:
    """Do what a deletion does first, and nothing more."""
    assert app.stack.azurite is not None
    store = AzureBlobStore(load_settings({"AzureWebJobsStorage": app.stack.azurite.connection}))

    def deleting(record: Lifecycle | None) -> Lifecycle:
        assert record is not None
        return Deleting(reason="deleted", at=record.at)

    await store.create(deletion_blob(generation_id), b"", "text/plain")
    await Lifecycles(store, lambda: datetime.now(UTC)).change(generation_id, deleting)
    await store.close()


async def test_a_deletion_that_a_crash_has_broken_off_is_finished_by_the_next_host(app: RunningApp) -> None:
    deleted, kept = app.generate().generation_id, app.generate().generation_id
    image = app.state(deleted)["links"]["images"]["panels"][0]
    assert app.http.get(image).status_code == 200

    assert app.stack.host is not None
    app.stack.host.kill()
    await write_tombstone(app, deleted)
    app.stack.start_host()

    addresses = [image, f"/api/generations/{deleted}", f"/api/generate-manga-stream/{deleted}"]
    assert [app.http.get(address).status_code for address in addresses] == [404, 404, 404]
    wait_for(lambda: not [name for name in app.runs() if deleted in name], "the runs to go")
    names = await app.blobs()
    assert [name for name in names if name.startswith(generation_prefix(deleted))] == []
    assert app.state(kept)["status"] == "completed"
