"""Values that several instances share."""

from collections.abc import Mapping

import pytest
from pydantic import JsonValue

from shared.errors import StorageUnavailable
from shared.storage.azure_blobs import AzureBlobStore
from shared.storage.shared_values import SharedValues
from tests.support.fakes.blobs import SwitchedBlobs


async def count(value: dict[str, JsonValue]) -> dict[str, JsonValue]:
    counted = value.get("count", 0)
    assert isinstance(counted, int)
    return {"count": counted + 1}


async def test_update_gives_up_if_others_keep_changing_the_value(blobs: AzureBlobStore) -> None:
    class AlwaysChanged(SwitchedBlobs):
        async def create(
            self, name: str, content: bytes, media_type: str, notes: Mapping[str, str] | None = None
        ) -> str | None:
            return None

    with pytest.raises(StorageUnavailable, match="too busy"):
        await SharedValues(AlwaysChanged(blobs)).change("limits/x", count)


async def test_only_some_values_are_cached_and_none_is_lost(blobs: AzureBlobStore) -> None:
    values = SharedValues(blobs, remembered=2)
    names = [f"limits/{number}" for number in range(6)]

    for name in names * 2:
        await values.change(name, count)

    assert [name for name in names if values.last_seen(name)] == names[-2:]
    assert [await values.read(name) for name in names] == [{"count": 2}] * 6
