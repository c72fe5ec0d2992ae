"""A blob stored and read by the settings of the environment, in a process of its own: `python -m ... NAME`."""

import asyncio
import os
import sys

from shared.settings import load_settings
from shared.storage.azure_blobs import AzureBlobStore


async def _store_and_read(name: str) -> bytes:
    store = AzureBlobStore(load_settings(os.environ))
    try:
        await store.create(name, b"by identity", "text/plain")
        blob = await store.read(name)
        return blob.content if blob else b""
    finally:
        await store.close()


if __name__ == "__main__":
    print(asyncio.run(_store_and_read(sys.argv[1])).decode())
