"""How much of request bodies one process holds at once, however many clients send."""

from collections.abc import Callable, Generator
from contextlib import contextmanager

from shared.errors import Busy

# Bodies of the largest size that are held at once; each takes a few times its size while it is parsed.
BODIES_AT_ONCE = 12

type Take = Callable[[int], None]


class BodyBudget:
    """Bytes that may be held. Used on one event loop."""

    def __init__(self, max_bytes: int) -> None:
        self._free_bytes = max_bytes

    @contextmanager
    def opened(self) -> Generator[Take]:
        """Yield a function that takes so many bytes for one request; they are given back at the end.

        It takes what has arrived, not what is announced: a client that sends nothing holds nothing.

        Raises:
            Busy: too much is held already (from that function).
        """
        held_bytes = 0

        def take(count: int) -> None:
            nonlocal held_bytes
            if count > self._free_bytes:
                raise Busy
            self._free_bytes -= count
            held_bytes += count

        try:
            yield take
        finally:
            self._free_bytes += held_bytes
