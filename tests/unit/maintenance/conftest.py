"""A storage in memory: these tests write much, and one after another."""

import pytest

from shared.ports import BlobStore
from tests.support.fakes.memory_blobs import MemoryBlobs


@pytest.fixture
def blobs() -> BlobStore:
    return MemoryBlobs()
