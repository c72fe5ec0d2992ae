"""How many generations may run at once, over all clients and instances."""

import asyncio
import time
from collections.abc import Callable

from pydantic import JsonValue, TypeAdapter

from shared.errors import Allowance, TooManyGenerations
from shared.names import RUNNING_BLOB
from shared.ports import Engine
from shared.storage.shared_values import SharedValues

# A place is taken a few writes before the orchestration starts. If the process dies in between, the place becomes free
# after this time.
_STARTING_S = 120
_RETRY_AFTER_S = 30
# The engine truncates its times to the second.
_ENGINE_CLOCK_S = 1
_ENTRIES: TypeAdapter[dict[str, float]] = TypeAdapter(dict[str, float])


class RunningGenerations:
    """The places of running generations in storage: the time at which each was taken, by generation id.

    A generation does not give its place back when it ends, as a crash could prevent that. Instead, when all places are
    taken, the engine is asked which generations have ended.
    """

    def __init__(self, values: SharedValues, now: Callable[[], float] = time.time) -> None:
        self._values = values
        self._now = now

    async def enter(self, engine: Engine, generation_id: str, limit: int) -> None:
        """Take a place for the generation; it keeps one that it has.

        Raises:
            TooManyGenerations: no place is left.
        """
        if not limit:
            return

        async def add(value: dict[str, JsonValue]) -> dict[str, JsonValue] | None:
            places = _ENTRIES.validate_python(value)
            if len(places) >= limit:
                places = await self._in_use(engine, places)
            if len(places) >= limit and generation_id not in places:
                raise TooManyGenerations(
                    f"{limit} stories are being drawn right now, which is as many as this app takes at once. "
                    f"Nothing was started; try again in {_RETRY_AFTER_S} s.",
                    Allowance(limit, 0, _RETRY_AFTER_S),
                )
            return {**places, generation_id: self._now()}

        await self._values.change(RUNNING_BLOB, add)

    async def pass_on(self, generation_id: str, next_id: str, limit: int) -> None:
        """Give the generation's place to the chapter after it.

        That is never refused: without a place to give, one more generation runs than the limit allows.
        """
        if not limit:
            return

        async def move(value: dict[str, JsonValue]) -> dict[str, JsonValue] | None:
            others = {name: since for name, since in value.items() if name != generation_id}
            return {**others, next_id: self._now()}

        await self._values.read(RUNNING_BLOB)
        await self._values.change(RUNNING_BLOB, move)

    async def leave(self, generation_id: str) -> None:
        """Give up the generation's place, if it has one."""

        async def remove(value: dict[str, JsonValue]) -> dict[str, JsonValue] | None:
            others = {name: since for name, since in value.items() if name != generation_id}
            return others if len(others) < len(value) else None

        # The value that this process has cached may be from before the place was taken.
        await self._values.read(RUNNING_BLOB)
        await self._values.change(RUNNING_BLOB, remove)

    async def _in_use(self, engine: Engine, places: dict[str, float]) -> dict[str, float]:
        in_use = await asyncio.gather(*(self._is_in_use(engine, *place) for place in places.items()))
        return {name: since for (name, since), used in zip(places.items(), in_use, strict=True) if used}

    async def _is_in_use(self, engine: Engine, generation_id: str, since: float) -> bool:
        run = await engine.run(generation_id)
        if run is None or run.is_over:
            # A generation that starts another round is reported as over until its new orchestration is known.
            was_over_before = run is None or run.updated_at.timestamp() + _ENGINE_CLOCK_S <= since
            return was_over_before and self._now() - since < _STARTING_S
        return True
