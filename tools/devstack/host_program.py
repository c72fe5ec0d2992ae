"""The program that is started as the host: devhost, or another one with the same arguments and environment.

The environment variable `HOST_COMMAND` is the other one's command line (docs/real-platform.md).
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
    """Whether the host is devhost. Another one keeps its state in the storage, with queues and tables."""
    return not os.environ.get(_SETTING)
