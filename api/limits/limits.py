"""The limits of one client (requests a minute, generations a day) and of all of them (generations at once)."""

import hashlib
import logging
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager

from pydantic import JsonValue, TypeAdapter

from api.limits.allowance import Rate, Taken, take
from shared.errors import Allowance, DailyLimitReached, MangaError, RateLimited, StorageUnavailable
from shared.names import rate_blob
from shared.ports import BlobStore, Engine
from shared.running import RunningGenerations
from shared.settings import Settings
from shared.storage.shared_values import SharedValues

_logger = logging.getLogger(__name__)

_MINUTE_S = 60
_DAY_S = 24 * 60 * 60
_GENERATIONS = "generations-a-day"
# Endpoints that clients call more often, by how many times the limit of the others. A page estimates while one types.
_MORE_OFTEN: Mapping[str, int] = {"estimate": 4}
_TIMES: TypeAdapter[tuple[float, ...]] = TypeAdapter(tuple[float, ...])


class Limits:
    """Counts what clients do, in storage. A limit of 0 in the settings means no limit.

    Methods that take something raise StorageUnavailable when storage does not answer. `now` returns the seconds since
    1970.
    """

    def __init__(self, settings: Settings, blobs: BlobStore, now: Callable[[], float] = time.time) -> None:
        self._settings = settings
        self._values = SharedValues(blobs)
        self._running = RunningGenerations(self._values, now)
        self._now = now

    def check_request(self, endpoint: str, client: str) -> None:
        """Refuse a request if this process already knows that the limit is reached. Reads no storage.

        Raises:
            RateLimited: the client has to wait.
        """
        if limit := self._requests_per_minute(endpoint):
            seen = self._values.last_seen(_blob(endpoint, client))
            _admit(take(Rate(limit, _MINUTE_S), _times(seen), self._now()))

    async def take_request(self, endpoint: str, client: str) -> Allowance | None:
        """Count a request to an endpoint; return what is left (None: there is no limit).

        Raises:
            RateLimited: the client has to wait.
        """
        limit = self._requests_per_minute(endpoint)
        return _admit(await self._take(endpoint, client, Rate(limit, _MINUTE_S))) if limit else None

    def _requests_per_minute(self, endpoint: str) -> int:
        return self._settings.requests_per_minute * _MORE_OFTEN.get(endpoint, 1)

    async def take_generation(self, engine: Engine, generation_id: str, client: str, count: int = 1) -> None:
        """Take a place for a new generation, and count it for its client's day, with the chapters that will follow it.

        Raises:
            TooManyGenerations: no place is left.
            DailyLimitReached: the client has reached its limit.
        """
        await self.take_place(engine, generation_id)
        try:
            await self._count_generations(client, count)
        except MangaError:
            await self.give_place_back(generation_id)
            raise

    async def give_generation_back(self, generation_id: str, client: str, count: int = 1) -> None:
        """Undo `take_generation`, for a generation that was not started."""
        await self.give_place_back(generation_id)

        async def uncount(value: dict[str, JsonValue]) -> dict[str, JsonValue] | None:
            times = _times(value)
            return {"times": list(times[:-count])} if times else None

        if self._settings.generations_per_day:
            with _errors_logged("count of the day"):
                await self._values.change(_blob(_GENERATIONS, client), uncount)

    async def take_place(self, engine: Engine, generation_id: str) -> None:
        """Take a place for a generation that is about to run; it keeps one that it has.

        Raises:
            TooManyGenerations: no place is left.
        """
        await self._running.enter(engine, generation_id, self._settings.max_running_generations)

    async def give_place_back(self, generation_id: str) -> None:
        """Give back the place of a generation that was not started.

        If storage does not answer, the place becomes free some minutes later.
        """
        with _errors_logged("place"):
            await self._running.leave(generation_id)

    async def _count_generations(self, client: str, count: int) -> None:
        limit = self._settings.generations_per_day
        taken = await self._take(_GENERATIONS, client, Rate(limit, _DAY_S), count) if limit else None
        if taken and not taken.allowed:
            chapters = f" This one has {count} chapters, each of which counts." if count > 1 else ""
            # More than the limit at once are never accepted.
            later = f"Try again in {_hours(taken.allowance.reset_s)}."
            advice = "Shorten it, or send it in parts on several days." if count > limit else later
            raise DailyLimitReached(
                f"Too many stories for today: at most {limit} within 24 hours are accepted from one client.{chapters} "
                f"{advice}",
                taken.allowance,
            )

    async def _take(self, what: str, client: str, rate: Rate, count: int = 1) -> Taken:
        result: list[Taken] = []

        async def add(value: dict[str, JsonValue]) -> dict[str, JsonValue] | None:
            result[:] = [take(rate, _times(value), self._now(), count)]
            return {"times": list(result[0].times)} if result[0].allowed else None

        await self._values.change(_blob(what, client), add)
        return result[0]


def _admit(taken: Taken) -> Allowance:
    allowance = taken.allowance
    if not taken.allowed:
        raise RateLimited(
            f"Too many requests: at most {allowance.limit} a minute are accepted here from one client. "
            f"Try again in {allowance.reset_s} s.",
            allowance,
        )
    return allowance


def _blob(what: str, client: str) -> str:
    """Return the blob that counts; it is named by a digest, since an address is personal data."""
    return rate_blob(what, hashlib.sha256(client.encode()).hexdigest())


def _times(value: dict[str, JsonValue]) -> Sequence[float]:
    return _TIMES.validate_python(value.get("times", ()))


def _hours(duration_s: int) -> str:
    hours, minutes = divmod(-(-duration_s // 60), 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"


@contextmanager
def _errors_logged(what: str) -> Generator[None]:
    """Log that storage does not answer: the caller has another error to report."""
    try:
        yield
    except StorageUnavailable as exc:
        extra = {"action": "limit_not_given_back", "what": what}
        _logger.warning("A limit could not be given back", extra=extra, exc_info=exc.__cause__)
