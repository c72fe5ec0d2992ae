"""How often one client may call: per endpoint and minute, and generations per day."""

import hashlib
import time
from collections.abc import Callable, Sequence

from pydantic import JsonValue, TypeAdapter

from api.limits.allowance import Rate, Taken, take
from shared.errors import Allowance, DailyLimitReached, RateLimited
from shared.names import rate_blob
from shared.storage.shared_values import SharedValues

MINUTE_S = 60
DAY_S = 24 * 60 * 60
_GENERATIONS = "generations-a-day"
_TIMES: TypeAdapter[tuple[float, ...]] = TypeAdapter(tuple[float, ...])


class Rates:
    """The rates of all clients. `now` gives the seconds since 1970."""

    def __init__(self, values: SharedValues, now: Callable[[], float] = time.time) -> None:
        self._values = values
        self._now = now

    def check_request(self, endpoint: str, client: str, per_minute: int) -> None:
        """Refuse a request of which this process knows already that it is one too many. Asks no storage.

        Raises:
            RateLimited: the client has to wait.
        """
        if per_minute:
            seen = self._values.last_seen(rate_blob(endpoint, _digest(client)))
            _admit_request(take(Rate(per_minute, MINUTE_S), _times(seen), self._now()))

    async def take_request(self, endpoint: str, client: str, per_minute: int) -> Allowance | None:
        """Count a request of the client to the endpoint; return what is left (None: there is no limit).

        Raises:
            RateLimited: the client has to wait.
        """
        if not per_minute:
            return None
        return _admit_request(await self._take(endpoint, client, Rate(per_minute, MINUTE_S)))

    async def take_generation(self, client: str, per_day: int) -> None:
        """Count a new generation of the client.

        Raises:
            DailyLimitReached: the client has started as many as it may.
        """
        if not per_day:
            return
        taken = await self._take(_GENERATIONS, client, Rate(per_day, DAY_S))
        if not taken.allowed:
            raise DailyLimitReached(
                f"Too many stories for today: at most {per_day} within 24 hours are accepted from one client. "
                f"Try again in {_hours(taken.allowance.reset_s)}.",
                taken.allowance,
            )

    async def give_generation_back(self, client: str, per_day: int) -> None:
        """Take the client's latest new generation out of the count."""
        if not per_day:
            return

        async def uncount(value: dict[str, JsonValue]) -> dict[str, JsonValue] | None:
            times = _times(value)
            return {"times": list(times[:-1])} if times else None

        await self._values.change(rate_blob(_GENERATIONS, _digest(client)), uncount)

    async def _take(self, what: str, client: str, rate: Rate) -> Taken:
        result: list[Taken] = []

        async def count(value: dict[str, JsonValue]) -> dict[str, JsonValue] | None:
            result[:] = [take(rate, _times(value), self._now())]
            return {"times": list(result[0].times)} if result[0].allowed else None

        await self._values.change(rate_blob(what, _digest(client)), count)
        return result[0]


def _admit_request(taken: Taken) -> Allowance:
    allowance = taken.allowance
    if not taken.allowed:
        raise RateLimited(
            f"Too many requests: at most {allowance.limit} a minute are accepted here from one client. "
            f"Try again in {allowance.reset_s} s.",
            allowance,
        )
    return allowance


def _digest(client: str) -> str:
    """Addresses are personal data: only a digest of them is stored."""
    return hashlib.sha256(client.encode()).hexdigest()


def _times(value: dict[str, JsonValue]) -> Sequence[float]:
    return _TIMES.validate_python(value.get("times", ()))


def _hours(duration_s: int) -> str:
    hours, minutes = divmod(-(-duration_s // 60), 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"
