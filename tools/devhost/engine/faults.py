"""Deliberate crashes and duplicate deliveries, for tests.

``DEVHOST_CRASH_AT="point:n"`` kills the process with SIGKILL the n-th time (default 1) it passes the named point.

``DEVHOST_DUPLICATE_ACTIVITIES`` delivers every activity twice, as the platform may do:
``together`` runs both copies side by side, ``later`` runs the second one once the first one's result is stored. Both
results are sent; the orchestration ignores the second.

``DEVHOST_LINGER_SECONDS`` (default 5) is how long running activities continue after a SIGUSR1, which stops everything
else in the host as ``kill -9`` does.
"""

import os
import signal
from collections import Counter
from collections.abc import Mapping
from typing import Literal

#: The points, each just after a commit and before its effects, except the two marked "before".
POINTS = {
    "start-committed": "a client's new instance is stored; it does not run yet",
    "activity-finished": "before: an activity returned; its result is not stored yet",
    "activity-result-committed": "an activity's result is stored; its orchestration has not seen it yet",
    "episode-computed": "before: an orchestrator ran; its episode is not stored yet",
    "episode-committed": "an episode is stored; its work has not begun",
    "event-committed": "an external event is stored; its orchestration has not seen it yet",
    "control-committed": "terminate, suspend or resume is stored",
    "entity-ops-committed": "a client's signal to an entity is stored; the entity has not run",
    "entity-batch-committed": "an entity's new state and replies are stored; callers have not seen them yet",
}

_LINGER_S = 5.0

#: How the second delivery of an activity relates to the first.
type Duplicates = Literal["together", "later"]


class Faults:
    """Counts how often each point is passed and kills the process at the chosen one."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        point, _, count = environ.get("DEVHOST_CRASH_AT", "").partition(":")
        if point and point not in POINTS:
            raise ValueError(f"DEVHOST_CRASH_AT names no such point: {point!r}; known points: {', '.join(POINTS)}")
        self._point = point
        self._at = int(count or "1")
        self._passed: Counter[str] = Counter()
        self.duplicates: Duplicates | None = _duplicates(environ.get("DEVHOST_DUPLICATE_ACTIVITIES", ""))
        self.linger_s = float(environ.get("DEVHOST_LINGER_SECONDS", _LINGER_S))

    def passing(self, point: str) -> None:
        """Die here if this is the chosen point and the chosen time."""
        if point != self._point:
            return
        self._passed[point] += 1
        if self._passed[point] == self._at:
            os.kill(os.getpid(), signal.SIGKILL)


def _duplicates(value: str) -> Duplicates | None:
    match value:
        case "":
            return None
        case "together" | "later":
            return value
        case _:
            raise ValueError(f"DEVHOST_DUPLICATE_ACTIVITIES must be 'together' or 'later', it is {value!r}")
