"""Word, within a process, that a step of a generation has ended here.

Who follows a generation learns of its results from the engine. A process that has just made one itself need not wait
for its next look. Nothing relies on it: where steps and readers are in different processes there is no such word.
"""

import asyncio
from collections.abc import Callable, Generator
from contextlib import contextmanager


class News:
    """Those who want to hear of generations, by generation."""

    def __init__(self) -> None:
        self._listeners: dict[str, list[Callable[[], None]]] = {}

    def tell(self, generation_id: str) -> None:
        """Tell that one of the generation's steps has ended; from any thread."""
        for listener in tuple(self._listeners.get(generation_id, ())):
            listener()

    @contextmanager
    def heard(self, generation_id: str, listener: Callable[[], None]) -> Generator[None]:
        """Have the listener called on the loop that runs now, for each step that ends meanwhile."""
        loop = asyncio.get_running_loop()
        listeners = self._listeners.setdefault(generation_id, [])

        def tell() -> None:
            loop.call_soon_threadsafe(listener)

        listeners.append(tell)
        try:
            yield
        finally:
            listeners.remove(tell)
            if not listeners:
                self._listeners.pop(generation_id, None)
