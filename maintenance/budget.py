"""How much one maintenance run may do."""

import time
from collections.abc import Callable

# Well below the functionTimeout of host.json, at which the platform would end the whole process.
TIME_LIMIT_S = 240.0


class Budget:
    """How many generations to purge, and for how long; the rest is left to the next run."""

    def __init__(
        self, generations: int, time_limit_s: float = TIME_LIMIT_S, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._left = generations
        self._clock = clock
        self._ends_at = clock() + time_limit_s

    @property
    def is_used_up(self) -> bool:
        """Whether nothing more may be started."""
        return self._left <= 0 or self._clock() >= self._ends_at

    def take(self, wanted: int) -> int:
        """Take up to `wanted` generations from the budget; give back those that were not purged."""
        taken = max(0, min(wanted, self._left)) if self._clock() < self._ends_at else 0
        self._left -= taken
        return taken

    def give_back(self, generations: int) -> None:
        """Return unused generations to the budget."""
        self._left += generations
