"""The program that is started as host: devhost, or another one that takes devhost's arguments and environment.

The environment variable `HOST_COMMAND` is the command line of the other one (docs/real-platform.md).
"""

import os
import shlex
import sys
from collections.abc import Sequence

_SETTING = "HOST_COMMAND"


def host_command() -> Sequence[str]:
    """Return the command that starts a host, without the arguments."""
    return shlex.split(os.environ.get(_SETTING, "")) or [sys.executable, "-m", "tools.devhost"]


def is_devhost() -> bool:
    """Whether the host is our own. Another one keeps its state in the storage, in queues and tables too."""
    return not os.environ.get(_SETTING)
