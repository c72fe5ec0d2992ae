"""The hosts that share a data directory.

Each host locks its own file; the system unlocks it when the process ends, however it ends. The file's modification time
says when the host was last alive.
"""

import fcntl
import os
from collections.abc import Generator, Iterable
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tools.devhost.files import try_lock

_SUFFIX = ".lock"


class LockLostError(Exception):
    """This host's lock file was deleted, so other hosts consider it dead."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} was deleted while the host ran; other hosts may have taken over its work")


@dataclass(frozen=True, slots=True)
class DeadHost:
    """A host that ended without releasing its work."""

    host_id: str
    last_alive: datetime


class HostLock:
    """This host's lock."""

    def __init__(self, folder: Path, host_id: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.host_id = host_id
        self._folder = folder
        self._path = folder / f"{host_id}{_SUFFIX}"
        # Locked before it gets its name, so that no other host ever sees it unlocked.
        unnamed = self._path.with_suffix(".new")
        self._file = unnamed.open("w")
        fcntl.flock(self._file, fcntl.LOCK_EX)
        unnamed.rename(self._path)

    def beat(self) -> None:
        """Record that this host is alive.

        Raises:
            LockLostError: the lock file was deleted.
        """
        try:
            os.utime(self._path)
        except FileNotFoundError as error:
            raise LockLostError(self._path) from error

    def release(self) -> None:
        """Remove the lock file; others take over what this host still holds."""
        self._path.unlink(missing_ok=True)
        self._file.close()

    def drop(self) -> None:
        """Unlock the file but keep it, as when a process is killed."""
        self._file.close()

    @contextmanager
    def dead_hosts(self, holders: Iterable[str]) -> Generator[list[DeadHost]]:
        """Yield the hosts that have ended; their lock files are removed once the block has ended without an error.

        `holders` are the hosts that have work, read before the call. One of them without a lock file is dead, too,
        because every host has one before it takes work. When it ended is not known, so it counts as alive until now.
        """
        with ExitStack() as opened:
            dead: dict[str, DeadHost] = {}
            living = {self.host_id}
            for path in self._folder.glob(f"*{_SUFFIX}"):
                if path == self._path:
                    continue
                try:
                    file = opened.enter_context(path.open())
                except FileNotFoundError:
                    continue  # that host has just ended
                host_id, status = path.name.removesuffix(_SUFFIX), os.fstat(file.fileno())
                if not try_lock(file.fileno()):
                    living.add(host_id)
                elif status.st_nlink:
                    dead[host_id] = DeadHost(host_id, datetime.fromtimestamp(status.st_mtime, UTC))
            now = datetime.now(UTC)
            lost = [DeadHost(host_id, now) for host_id in holders if host_id not in living | dead.keys()]
            yield [*dead.values(), *lost]
            for host_id in dead:
                (self._folder / f"{host_id}{_SUFFIX}").unlink(missing_ok=True)
