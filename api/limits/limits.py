"""The limits as the settings have them, asked by the routes."""

import logging
from collections.abc import Generator
from contextlib import contextmanager

from api.limits.rates import Rates
from api.limits.running import RunningGenerations
from shared.errors import Allowance, MangaError, StorageUnavailable
from shared.ports import BlobStore, Engine
from shared.settings import Settings
from shared.storage.shared_values import SharedValues

_logger = logging.getLogger(__name__)


class Limits:
    """What clients may use. Methods that take something raise StorageUnavailable when the storage does not answer."""

    def __init__(self, settings: Settings, blobs: BlobStore) -> None:
        self._settings = settings
        values = SharedValues(blobs)
        self._rates = Rates(values)
        self._running = RunningGenerations(values)

    def check_request(self, endpoint: str, client: str) -> None:
        """Refuse a request of which this process knows already that it is one too many. Asks no storage.

        Raises:
            RateLimited: the client has to wait.
        """
        self._rates.check_request(endpoint, client, self._settings.requests_per_minute)

    async def take_request(self, endpoint: str, client: str) -> Allowance | None:
        """Count a request to an endpoint.

        Raises:
            RateLimited: the client has to wait.
        """
        return await self._rates.take_request(endpoint, client, self._settings.requests_per_minute)

    async def take_generation(self, engine: Engine, generation_id: str, client: str) -> None:
        """Take a place for a new generation, and count it for its client's day.

        Raises:
            TooManyGenerations: no place is left.
            DailyLimitReached: the client has started as many as it may.
        """
        await self.take_place(engine, generation_id)
        try:
            await self._rates.take_generation(client, self._settings.generations_per_day)
        except MangaError:
            await self.give_place_back(generation_id)
            raise

    async def give_generation_back(self, generation_id: str, client: str) -> None:
        """Give back what `take_generation` took, for a generation that was not started after all."""
        await self.give_place_back(generation_id)
        with _logged_if_kept("count of the day"):
            await self._rates.give_generation_back(client, self._settings.generations_per_day)

    async def take_place(self, engine: Engine, generation_id: str) -> None:
        """Take a place for a generation that is worked on; it keeps one that it has.

        Raises:
            TooManyGenerations: no place is left.
        """
        await self._running.enter(engine, generation_id, self._settings.max_running_generations)

    async def give_place_back(self, generation_id: str) -> None:
        """Give the place of a generation back that was not started after all.

        One that the storage does not take back counts as free some minutes later.
        """
        with _logged_if_kept("place"):
            await self._running.leave(generation_id)


@contextmanager
def _logged_if_kept(what: str) -> Generator[None]:
    """Log it if the storage does not answer: whoever gives something back has an error or an answer of its own."""
    try:
        yield
    except StorageUnavailable as exc:
        extra = {"action": "limit_not_given_back", "what": what}
        _logger.warning("A limit could not be given back", extra=extra, exc_info=exc.__cause__)
