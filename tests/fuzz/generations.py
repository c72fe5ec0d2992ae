"""Existing generations, so that generated requests get answers other than 404."""

import zlib
from collections import deque
from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, cast

from schemathesis import Response
from schemathesis.generation.meta import CaseMetadata

from shared.names import is_generation_id

_LATEST = 20
_KEPT_ETAGS = 100


class Sendable(Protocol):
    """The part of a schemathesis case that is used here."""

    method: str
    path: str
    path_parameters: dict[str, object]
    headers: MutableMapping[str, str]
    query: dict[str, object]
    body: dict[str, object] | list[object] | str | None

    @property
    def meta(self) -> CaseMetadata | None: ...


@dataclass(slots=True)
class Generations:
    """Generations made before the run, generations that its requests have started, and ETags of answers.

    `planned` is one that has stopped after its plan. `token` is that of a shared comic.
    """

    lasting: tuple[str, ...]
    cancelled: str
    planned: str
    token: str
    _started: deque[str] = field(default_factory=lambda: deque(maxlen=_LATEST))
    _etags: deque[str] = field(default_factory=lambda: deque(maxlen=_KEPT_ETAGS))

    def put_into(self, case: Sendable) -> None:
        """Use an existing generation in about half of the cases with an id or a token, and known ETags in some.

        The choice depends only on the case, so equal cases get the same.
        """
        # The placeholder for a missing body has another name in every process.
        body = case.body if isinstance(case.body, dict | list) else None
        made_up = (case.path, case.path_parameters, case.query, case.headers.get("If-None-Match"), body)
        chance = zlib.crc32(repr(made_up).encode(errors="replace"))
        ids = self._fitting(case)
        if is_generation_id(str(case.path_parameters.get("id"))) and ids and chance % 2 == 0:
            case.path_parameters = {**case.path_parameters, "id": ids[chance // 2 % len(ids)]}
        if case.method == "PUT" and case.path.endswith("/plan") and case.meta and case.meta.generation.mode.is_positive:
            _fit_plan(case)
        if "token" in case.path_parameters and chance % 2 == 0:
            case.path_parameters = {**case.path_parameters, "token": self.token}
        if "If-None-Match" in case.headers and self._etags and chance // 2 % 2 == 0:
            case.headers["If-None-Match"] = ", ".join(self._etags)

    def note(self, response: Response) -> None:
        """Remember the started generation and the ETag."""
        self._started.extend(
            set(response.headers.get("x-generation-id", ())) - {*self.lasting, self.cancelled, self.planned}
        )
        self._etags.extend(response.headers.get("etag", ()))

    def _fitting(self, case: Sendable) -> Sequence[str]:
        """Return the generations that the case may use: the ones made before the run must not change."""
        if case.path.endswith("/share"):
            # The comic of the token is another one.
            return self.lasting
        if case.method == "DELETE":
            return self._started
        if case.path.endswith("/plan"):
            return [self.planned]
        if case.path.endswith("/retry") and case.query.get("estimate") == "true":
            # It starts nothing. Others have drawn what another generation lacks.
            return [self.planned]
        if case.path.endswith("/cancel"):
            # Only a cancelled generation can be cancelled again.
            return (*self.lasting, *[self.cancelled] * 4)
        return (*self.lasting, self.cancelled) if case.method == "GET" else self.lasting


def _fit_plan(case: Sendable) -> None:
    """Let a plan of the right shape be accepted: it is about the plan that counts, and its panels name nobody."""
    case.headers["If-Match"] = "*"
    body = cast("dict[str, dict[str, list[dict[str, object]]]]", case.body)
    body["analysis"]["characters"] = body["analysis"]["characters"][:1]
    body["chunks"]["panels"] = [{**panel, "characters": []} for panel in body["chunks"]["panels"]]
