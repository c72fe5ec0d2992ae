"""Spending limits per generation and per day: the price of a call is reserved before it and settled after it.

The sums are in storage and changed by conditional writes, so they hold for all instances. The expected price is
reserved, so a limit is exceeded at most by what the calls under way cost beyond that. A reservation that is never
settled, because its process crashed or its call was not answered, counts as spent (the call may have been paid for):
the day's until midnight UTC, a generation's for as long as the generation is kept.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pydantic import JsonValue

from shared.errors import (
    BudgetExhausted,
    DailyBudgetExhausted,
    GenerationBudgetExhausted,
    NotConfigured,
    StorageUnavailable,
)
from shared.models.usage import MICROS_PER_DOLLAR, Usage
from shared.names import DAY_SPENDING_BLOB
from shared.settings import Settings
from shared.storage.shared_values import Change, SharedValues

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reservation:
    """What was reserved for a call, and in which sums: the blob of a generation's, and a day (None: in neither)."""

    micros: int
    sum_blob: str | None = None
    day: str | None = None


class Spending:
    """The two limits and their sums. `now` returns the seconds since 1970."""

    def __init__(self, settings: Settings, values: SharedValues, now: Callable[[], float] = time.time) -> None:
        self._values = values
        self._now = now
        self._generation_limit = _micros(settings.max_price_per_generation)
        self._day_limit = _micros(settings.max_price_per_day)

    @property
    def is_limited(self) -> bool:
        """Whether there is a limit; without one nothing is written."""
        return bool(self._generation_limit or self._day_limit)

    async def check_day(self, first: Usage, *later: Usage) -> None:
        """Refuse work whose first call is over today's limit, or whose calls have no known price. Reserves nothing.

        Raises:
            DailyBudgetExhausted: the first call would exceed the day's limit.
            NotConfigured: a model has no price, so the limit can't be enforced.
        """
        if not self.is_limited:
            return
        micros, *_ = [_priced(call) for call in (first, *later)]
        if self._day_limit:
            self._admit_to_day(await self._values.read(DAY_SPENDING_BLOB), micros)

    async def reserve(self, expected: Usage, sum_blob: str | None) -> Reservation:
        """Reserve the expected price of a call, in the day's sum and in the generation's, if they are limited.

        `sum_blob` has the generation's sum, which the chapters of a text have in common.

        Raises:
            GenerationBudgetExhausted, DailyBudgetExhausted: it would exceed the limit; nothing is reserved.
            NotConfigured: the model has no price, so the limits can't be enforced.
            StorageUnavailable: the storage does not answer.
        """
        micros = _priced(expected)
        of_generation = sum_blob if self._generation_limit else None
        if of_generation is not None:
            await self._reserve_of_generation(of_generation, micros)
        try:
            day = await self._reserve_of_day(micros) if self._day_limit else None
        except Exception:
            await self.settle(Reservation(micros, of_generation), 0)
            raise
        return Reservation(micros, of_generation, day)

    async def settle(self, reservation: Reservation, micros: int) -> None:
        """Replace a reservation by the real price of the call.

        If the storage is unavailable, the reservation stays, and the answer that was paid for is still used.
        """
        change = micros - reservation.micros
        if not change:
            return

        async def correct(value: dict[str, JsonValue]) -> dict[str, JsonValue] | None:
            # The generation was removed, or another day has begun.
            is_other = not value or (value.get("day") is not None and value["day"] != reservation.day)
            return None if is_other else {**value, "micros": max(0, _spent(value) + change)}

        try:
            if reservation.sum_blob is not None:
                await self._values.change(reservation.sum_blob, correct)
            if reservation.day is not None:
                await self._values.change(DAY_SPENDING_BLOB, correct)
        except StorageUnavailable as exc:
            _logger.warning(
                "A call's price could not be settled", extra={"action": "price_not_settled"}, exc_info=exc.__cause__
            )

    async def _reserve_of_generation(self, sum_blob: str, micros: int) -> None:
        async def add(value: dict[str, JsonValue]) -> dict[str, JsonValue] | None:
            if _spent(value) + micros > self._generation_limit:
                raise GenerationBudgetExhausted
            return {"micros": _spent(value) + micros}

        await self._change(sum_blob, add)

    async def _reserve_of_day(self, micros: int) -> str:
        days: list[str] = []

        async def add(value: dict[str, JsonValue]) -> dict[str, JsonValue] | None:
            days[:] = [self._today()]
            return {"day": days[0], "micros": self._admit_to_day(value, micros)}

        await self._change(DAY_SPENDING_BLOB, add)
        return days[0]

    async def _change(self, name: str, change: Change) -> None:
        """Change a sum. Before refusing, read it again: another instance may have settled calls since."""
        try:
            await self._values.change(name, change)
        except BudgetExhausted:
            await self._values.read(name)
            await self._values.change(name, change)

    def _admit_to_day(self, value: dict[str, JsonValue], micros: int) -> int:
        """Return the day's sum with this call."""
        spent = _spent(value) if value.get("day") == self._today() else 0
        if spent + micros > self._day_limit:
            raise DailyBudgetExhausted(self._until_midnight_s())
        return spent + micros

    def _today(self) -> str:
        return datetime.fromtimestamp(self._now(), UTC).date().isoformat()

    def _until_midnight_s(self) -> int:
        now = datetime.fromtimestamp(self._now(), UTC)
        midnight = datetime.combine(now.date() + timedelta(days=1), datetime.min.time(), UTC)
        return max(1, round((midnight - now).total_seconds()))


def _micros(dollars: float) -> int:
    return round(dollars * MICROS_PER_DOLLAR)


def _priced(expected: Usage) -> int:
    if expected.unpriced_calls:
        raise NotConfigured(
            "A spending limit is set, but the model of GEMINI_TEXT_MODEL or GEMINI_IMAGE_MODEL has no known price. "
            "Nothing was started and nothing was spent. The operator has to add the price to MODEL_PRICES, or to set "
            "MAX_PRICE_PER_GENERATION and MAX_PRICE_PER_DAY to 0."
        )
    return expected.price_micros


def _spent(value: dict[str, JsonValue]) -> int:
    micros = value.get("micros", 0)
    return micros if isinstance(micros, int) else 0
