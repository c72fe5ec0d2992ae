"""Blobs that never change, held in memory by a process that has just written or read them.

What a step saves is wanted again within moments: a sheet by the panels, an image by whoever reads the stream.
"""

from collections import OrderedDict
from weakref import WeakValueDictionary

from shared.ports import Blob

MAX_KEPT_BYTES = 16 * 1024 * 1024


class RecentBlobs:
    """The latest blobs by name, up to so many bytes; and any that somebody holds anyway, so that there is one copy."""

    def __init__(self, max_kept_bytes: int = MAX_KEPT_BYTES) -> None:
        self._max_kept_bytes = max_kept_bytes
        self._kept_bytes = 0
        self._kept: OrderedDict[str, Blob] = OrderedDict()
        self._held: WeakValueDictionary[str, Blob] = WeakValueDictionary()

    def get(self, name: str) -> Blob | None:
        """Return the blob, if it is held."""
        if name in self._kept:
            self._kept.move_to_end(name)
        return self._held.get(name)

    def hold(self, name: str, blob: Blob) -> None:
        """Hold a blob that is stored and stays as it is; those that were not wanted for the longest time make room."""
        self.forget(name)
        self._held[name] = blob
        if len(blob.content) > self._max_kept_bytes:
            return
        self._kept[name] = blob
        self._kept_bytes += len(blob.content)
        while self._kept_bytes > self._max_kept_bytes:
            _, dropped = self._kept.popitem(last=False)
            self._kept_bytes -= len(dropped.content)

    def forget(self, name: str) -> None:
        """Hold the blob no longer: it is deleted."""
        self._held.pop(name, None)
        kept = self._kept.pop(name, None)
        if kept is not None:
            self._kept_bytes -= len(kept.content)

    def forget_all(self, prefix: str) -> None:
        """Hold none of the blobs any longer whose names begin so."""
        for name in [name for name in self._held if name.startswith(prefix)]:
            self.forget(name)
