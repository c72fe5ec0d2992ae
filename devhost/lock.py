"""One host a data directory."""

import fcntl
import os
from pathlib import Path
from typing import IO


class DataInUseError(Exception):
    """Another host uses the data directory."""


def lock_data(data: Path) -> IO[str]:
    """Lock `data` until the returned file is closed or the process ends, however it ends.

    Raises:
        DataInUseError: when another process holds the lock.
    """
    data.mkdir(parents=True, exist_ok=True)
    file = (data / "host.lock").open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        file.seek(0)
        holder = file.read().strip() or "unknown"
        file.close()
        raise DataInUseError(
            f"{data} is in use by another host (process {holder}); stop it, or choose another directory with --data"
        ) from error
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file
