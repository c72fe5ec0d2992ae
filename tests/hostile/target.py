"""What the hostile inputs are sent to: the app with its keys enforced, and a second host of it that counts requests."""

from dataclasses import dataclass, field

import httpx

from shared.storage.azure_blobs import AzureBlobStore
from tests.hostile.heads import LIMITED
from tests.hostile.wire import (
    GENERATION,
    KEY,
    LETTERED,
    OTHER_FUNCTIONS_KEY,
    SYSTEM_KEY,
    Answer,
    HostileInput,
    exchange,
    get,
)
from tests.support.outside_world import OutsideWorld
from tests.support.running_app import RunningApp, runs_of
from tests.support.waiting import wait_until

# Longer than all inputs that are sent to it take together.
_ENOUGH_S = 10
_TOO_MANY = 429


@dataclass(frozen=True, slots=True)
class Traces:
    """All that a request could leave behind, except the counts of requests."""

    runs: list[str]
    blobs: list[str]
    calls: int
    sent_outside: int


@dataclass(slots=True)
class Target:
    """The app, two complete generations, and its second host. The texts of `lettered_id` are over its pictures.

    `traces` are as of the last look.
    """

    app: RunningApp
    blobs: AzureBlobStore
    limited: httpx.Client
    outside: OutsideWorld
    generation_id: str
    lettered_id: str
    traces: Traces = field(init=False)

    async def look(self) -> Traces:
        """Note and return what has been left behind until now, by anybody."""
        blobs = sorted([name async for name in self.blobs.names("") if not name.startswith("limits/")])
        runs = self.app.runs() + runs_of(self.limited)
        self.traces = Traces(runs, blobs, self.app.emulator.calls()["total"], len(self.outside.received))
        return self.traces

    def send(self, hostile: HostileInput) -> Answer:
        """Send the input as it is, and return the answer."""
        if hostile.host == "limited":
            self._use_up_the_limit()
            return exchange(str(self.limited.base_url), hostile.request)
        return exchange(self.app.url, self._filled_in(hostile.request))

    def _filled_in(self, sent: bytes) -> bytes:
        keys = self.app.stack.keys()
        marks = {
            GENERATION: self.generation_id,
            LETTERED: self.lettered_id,
            KEY: keys.default,
            SYSTEM_KEY: keys.durable_task,
            OTHER_FUNCTIONS_KEY: keys.functions["generation"],
        }
        for mark, text in marks.items():
            sent = sent.replace(mark.encode(), text.encode())
        return sent

    def _use_up_the_limit(self) -> None:
        wait_until(self._is_limited_for_a_while, "the second host to refuse further requests", timeout_s=30)

    def _is_limited_for_a_while(self) -> bool:
        answer = exchange(str(self.limited.base_url), get(LIMITED, key=None))
        return answer.status == _TOO_MANY and int(answer.headers["x-ratelimit-reset"]) > _ENOUGH_S
