"""One stack a data directory: a second storage on the same files would overwrite what the first one saved."""

import fcntl
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from tools.devstack.processes import StartFailed


@contextmanager
def locked(data: Path) -> Generator[None]:
    """Keep the directory to ourselves; the lock ends with this process at the latest.

    Raises:
        StartFailed: another stack uses it.
    """
    data.mkdir(parents=True, exist_ok=True)
    with (data / "stack.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StartFailed(f"{data} is in use: stop the app that runs on it, or choose another directory.") from None
        yield
