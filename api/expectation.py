"""What a follower of a generation knows to come: steps that have ended in this process and that nothing shows yet."""

import asyncio

from api.pace import EXPECTED_FOR_S, TAKEN_UP_IN_S
from shared.news import Word


class Expectation:
    """Steps that were told to have ended, less the results that were seen since."""

    def __init__(self) -> None:
        self._clock = asyncio.get_running_loop().time
        self._told = asyncio.Event()
        self._all_shown = asyncio.Event()
        self._told_at_s = 0.0
        self._missing = 0

    @property
    def is_open(self) -> bool:
        """Whether something is to come any moment; what has not come in time won't, e.g. as it was there before."""
        return self._missing > 0 and self._clock() - self._told_at_s < EXPECTED_FOR_S

    def tell(self, word: Word) -> None:
        """Take up a word of the generation."""
        if word == "all-shown":
            self._all_shown.set()
        else:
            self._missing = self._missing + 1 if self.is_open else 1
            self._told_at_s = self._clock()
        self._told.set()

    def seen(self, results: int) -> None:
        """Tell that so many results were seen."""
        self._missing = max(0, self._missing - results)

    async def wait(self, timeout_s: float) -> None:
        """Wait that long; if a step ends meanwhile, only until the engine shows it, or should have taken it up."""
        try:
            async with asyncio.timeout(timeout_s):
                await self._told.wait()
                self._told.clear()
                async with asyncio.timeout(TAKEN_UP_IN_S):
                    await self._all_shown.wait()
                    self._all_shown.clear()
        except TimeoutError:
            return
