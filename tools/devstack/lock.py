"""A lock on the data folder: a second storage on the same files would overwrite the first one's data."""

import fcntl
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from tools.devstack.processes import StartFailed


@contextmanager
def locked(data: Path) -> Generator[None]:
    """Lock the folder; the lock ends with this process at the latest.

    Raises:
        StartFailed: another stack uses it.
    """
    data.mkdir(parents=True, exist_ok=True)
    with (data / "stack.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StartFailed(f"{data} is in use: stop the app that runs on it, or choose another folder.") from None
        yield
