"""The model behind the spending limits; it adds up the usage of all calls, including failed ones."""

from collections.abc import Awaitable, Callable

from pydantic import BaseModel

from shared.costs.call_size import CallSize, characters_of, image_call, text_call
from shared.costs.spending import Reservation, Spending
from shared.deps import Deps
from shared.errors import MangaError, ModelError, ModelTimeout, UnusableAnswer
from shared.images.image import Image
from shared.models.prices import IMAGE_SIZE, ImageSize
from shared.models.usage import Usage
from shared.ports import Answered, AspectRatio, Prompt


async def _still_wanted() -> None:
    """A request waits for its result, so the result is wanted."""


class PaidModel:
    """TextModel and ImageModel (`shared.ports`) in front of the real ones.

    `used` is the usage of all calls so far. Both methods also raise BudgetExhausted, and then make no call.
    """

    def __init__(
        self,
        deps: Deps,
        spending_blob: str | None = None,
        check_wanted: Callable[[], Awaitable[object]] = _still_wanted,
    ) -> None:
        """`spending_blob` has the sum to which a limit applies; `check_wanted` runs right before each call."""
        self._deps = deps
        self._spending: Spending = deps.spending
        self._spending_blob = spending_blob
        self._check_wanted = check_wanted
        self.used = Usage()

    async def answer[Answer: BaseModel](self, prompt: Prompt, shape: type[Answer]) -> Answered[Answer]:
        """See `TextModel.answer`."""
        size = text_call(characters_of(prompt))
        return await self._paid(
            self._deps.settings.text_model, size, lambda: self._deps.text_model.answer(prompt, shape)
        )

    async def draw(self, prompt: Prompt, aspect_ratio: AspectRatio, size: ImageSize = IMAGE_SIZE) -> Answered[Image]:
        """See `ImageModel.draw`."""
        settings, model = self._deps.settings, self._deps.image_model
        call = image_call(characters_of(prompt), len(prompt.images), settings.image_thinking, size)
        return await self._paid(settings.image_model, call, lambda: model.draw(prompt, aspect_ratio, size))

    async def _paid[Value](
        self, model: str, size: CallSize, call: Callable[[], Awaitable[Answered[Value]]]
    ) -> Answered[Value]:
        reservation = await self._reserve(model, size)
        try:
            await self._check_wanted()
        except MangaError:
            await self._settle(reservation, Usage())
            raise
        try:
            answered = await call()
        except ModelError as exc:
            self.used += exc.used
            if not _may_have_been_paid(exc):
                await self._settle(reservation, exc.used)
            raise
        self.used += answered.used
        # The price of an answer without token counts is unknown: the reservation stays.
        if answered.used.input_tokens or answered.used.price_micros:
            await self._settle(reservation, answered.used)
        return answered

    async def _reserve(self, model: str, size: CallSize) -> Reservation | None:
        if not self._spending.is_limited:
            return None
        expected = size.priced(self._deps.price_of(model))
        return await self._spending.reserve(expected, self._spending_blob)

    async def _settle(self, reservation: Reservation | None, used: Usage) -> None:
        if reservation is not None:
            await self._spending.settle(reservation, used.price_micros)


def _may_have_been_paid(error: ModelError) -> bool:
    """Return whether a failed call may have cost money: a lost or broken answer does not say."""
    return isinstance(error, ModelTimeout | UnusableAnswer) and not error.used.input_tokens
