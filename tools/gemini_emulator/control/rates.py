"""Rate limits by model. Refused calls do not count."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter


class RateLimit(BaseModel):
    """At most so many `calls` within any `seconds`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    calls: int = Field(ge=1)
    seconds: float = Field(default=60, gt=0)


RATE_LIMITS: TypeAdapter[dict[str, RateLimit]] = TypeAdapter(dict[str, RateLimit])


@dataclass
class RateLimits:
    """The limits by model, with the times of the admitted calls. Not thread-safe."""

    limits: Mapping[str, RateLimit] = field(default_factory=dict[str, RateLimit])
    _admitted: dict[str, deque[float]] = field(default_factory=dict[str, deque[float]])

    def replace(self, limits: Mapping[str, RateLimit]) -> None:
        self.limits = limits
        self._admitted.clear()

    def admit(self, model: str, now_s: float) -> float:
        """Admit a call and return 0, or return the seconds until one will be admitted (a monotonic clock)."""
        limit = self.limits.get(model)
        if limit is None:
            return 0
        admitted = self._admitted.setdefault(model, deque())
        while admitted and admitted[0] <= now_s - limit.seconds:
            admitted.popleft()
        if len(admitted) >= limit.calls:
            return admitted[0] + limit.seconds - now_s
        admitted.append(now_s)
        return 0
