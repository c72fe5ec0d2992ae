"""Word, within a process, of what a generation has come to here.

Who follows a generation learns of its results from the engine. A process that has just made one itself need not wait
for its next look. Nothing relies on it: where steps and readers are in different processes there is no such word.
"""

import asyncio
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Literal

#: A step has ended, so that the engine will show its outcome; or the engine shows all that have ended until now.
type Word = Literal["step-ended", "all-shown"]


class News:
    """Those who want to hear of generations, by generation."""

    def __init__(self) -> None:
        self._listeners: dict[str, list[Callable[[Word], None]]] = {}

    def tell(self, generation_id: str, word: Word) -> None:
        """Tell whoever follows the generation; from any thread."""
        for listener in tuple(self._listeners.get(generation_id, ())):
            listener(word)

    @contextmanager
    def heard(self, generation_id: str, listener: Callable[[Word], None]) -> Generator[None]:
        """Have the listener called on the loop that runs now, with each word of the generation meanwhile."""
        loop = asyncio.get_running_loop()
        listeners = self._listeners.setdefault(generation_id, [])

        def tell(word: Word) -> None:
            loop.call_soon_threadsafe(listener, word)

        listeners.append(tell)
        try:
            yield
        finally:
            listeners.remove(tell)
            if not listeners:
                self._listeners.pop(generation_id, None)
