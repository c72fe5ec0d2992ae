"""The hosts that share a data directory.

Each host holds a lock on a file of its own, which the system releases when the process ends, however it ends. The
file's time of change says when the host was last alive.
"""

import fcntl
import os
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

_SUFFIX = ".lock"


@dataclass(frozen=True, slots=True)
class DeadHost:
    """A host that ended without leaving its work to others."""

    host_id: str
    last_alive: datetime


class HostLock:
    """This host's lock."""

    def __init__(self, folder: Path, host_id: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.host_id = host_id
        self._folder = folder
        self._path = folder / f"{host_id}{_SUFFIX}"
        # Locked before it has its name: nobody may take this host for dead.
        unnamed = self._path.with_suffix(".new")
        self._file = unnamed.open("w")
        fcntl.flock(self._file, fcntl.LOCK_EX)
        unnamed.rename(self._path)

    def beat(self) -> None:
        """Record that this host is alive."""
        os.utime(self._path)

    def release(self) -> None:
        """End the membership, once this host's work is left to others."""
        self._path.unlink(missing_ok=True)
        self._file.close()

    @contextmanager
    def dead_hosts(self) -> Generator[list[DeadHost]]:
        """Yield the hosts that have ended; they are forgotten once the block has ended without an error."""
        found: list[tuple[DeadHost, Path]] = []
        files = [path.open() for path in self._folder.glob(f"*{_SUFFIX}") if path != self._path]
        try:
            for file in files:
                path = Path(file.name)
                if _try_lock(file.fileno()) and path.exists():
                    last_alive = datetime.fromtimestamp(path.stat().st_mtime, UTC)
                    found.append((DeadHost(path.name.removesuffix(_SUFFIX), last_alive), path))
            yield [host for host, _ in found]
            for _, path in found:
                path.unlink(missing_ok=True)
        finally:
            for file in files:
                file.close()


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
