"""Which program is the host: devhost, or another one that takes its arguments and its environment.

`HOST_COMMAND` names the other one, as a shell would have it (docs/real-platform.md).
"""

import os
import shlex
import sys
from collections.abc import Sequence

_SETTING = "HOST_COMMAND"


def host_command() -> Sequence[str]:
    """Return the command that starts a host; its arguments are still to come."""
    return shlex.split(os.environ.get(_SETTING, "")) or [sys.executable, "-m", "devhost"]


def is_devhost() -> bool:
    """Whether the host is our own. Another one keeps its state in the storage, in queues and tables too."""
    return not os.environ.get(_SETTING)
