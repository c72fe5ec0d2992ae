"""Generations that there are, so that made-up requests meet more than 404."""

import zlib
from collections import deque
from collections.abc import MutableMapping
from dataclasses import dataclass, field
from typing import Protocol

from schemathesis import Response

from shared.names import is_generation_id

_LATEST = 20
_KEPT_ETAGS = 100


class Sendable(Protocol):
    """A request before it is sent: what is used of a case, with the types that schemathesis leaves open."""

    method: str
    path: str
    path_parameters: dict[str, object]
    headers: MutableMapping[str, str]
    query: dict[str, object]
    body: object


@dataclass(slots=True)
class Generations:
    """Those that were made before (`lasting`), those that requests have started since, and what was read of them."""

    lasting: tuple[str, ...]
    _started: deque[str] = field(default_factory=lambda: deque(maxlen=_LATEST))
    _etags: deque[str] = field(default_factory=lambda: deque(maxlen=_KEPT_ETAGS))

    def put_into(self, case: Sendable) -> None:
        """Let every other case with an id name a generation that there is, and some an ETag that was sent.

        Which of them is decided by the case alone, so that a run can be repeated.
        """
        sent = (case.path, case.path_parameters, case.query, sorted(case.headers.items()), case.body)
        chance = zlib.crc32(repr(sent).encode(errors="replace"))
        ids = self._started if case.method == "DELETE" else self.lasting
        if is_generation_id(str(case.path_parameters.get("id"))) and ids and chance % 2 == 0:
            case.path_parameters = {**case.path_parameters, "id": ids[chance // 2 % len(ids)]}
        if "If-None-Match" in case.headers and self._etags and chance // 2 % 2 == 0:
            case.headers["If-None-Match"] = ", ".join(self._etags)

    def note(self, response: Response) -> None:
        """Remember what was started, and what a later request may name."""
        self._started.extend(set(response.headers.get("x-generation-id", ())) - set(self.lasting))
        self._etags.extend(response.headers.get("etag", ()))
