"""In-memory storage, because these tests make many sequential writes."""

import pytest

from shared.ports import BlobStore
from tests.support.fakes.memory_blobs import MemoryBlobs


@pytest.fixture
def blobs() -> BlobStore:
    return MemoryBlobs()
