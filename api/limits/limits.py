"""The limits as the settings have them, asked by the routes."""

from api.limits.rates import Rates
from api.limits.running import RunningGenerations
from shared.errors import Allowance, DailyLimitReached
from shared.ports import BlobStore, Engine
from shared.settings import Settings
from shared.shared_values import SharedValues


class Limits:
    """What clients may use. Every method raises StorageUnavailable when the storage does not answer."""

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
        except DailyLimitReached:
            await self.give_place_back(generation_id)
            raise

    async def give_generation_back(self, generation_id: str, client: str) -> None:
        """Give back what `take_generation` took, for a generation that was not started after all."""
        await self.give_place_back(generation_id)
        await self._rates.give_generation_back(client, self._settings.generations_per_day)

    async def take_place(self, engine: Engine, generation_id: str) -> None:
        """Take a place for a generation that is worked on; it keeps one that it has.

        Raises:
            TooManyGenerations: no place is left.
        """
        await self._running.enter(engine, generation_id, self._settings.max_running_generations)

    async def give_place_back(self, generation_id: str) -> None:
        """Give the place of a generation back that was not started after all."""
        await self._running.leave(generation_id)
