"""Existing generations, so that generated requests get answers other than 404."""

import zlib
from collections import deque
from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, cast

from schemathesis import Response
from schemathesis.generation.meta import CaseMetadata

from shared.names import is_generation_id
from tests.fuzz.prepared_app import TRANSLATED

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

    The others are those of the prepared app.
    """

    lasting: tuple[str, ...]
    cancelled: str
    lettered: str
    planned: tuple[str, str]
    tokens: tuple[str, str]
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
        if case.method == "PUT" and case.meta and case.meta.generation.mode.is_positive:
            self._fit_edit(case, chance)
        if "lang" in case.query and chance // 2 % 2 == 0:
            case.query = {**case.query, "lang": TRANSLATED}
        if "token" in case.path_parameters and chance % 2 == 0:
            case.path_parameters = {**case.path_parameters, "token": self.tokens[chance // 4 % 2]}
        if "If-None-Match" in case.headers and self._etags and chance // 2 % 2 == 0:
            case.headers["If-None-Match"] = ", ".join(self._etags)

    def note(self, response: Response) -> None:
        """Remember the started generation and the ETag."""
        made_before = {*self.lasting, self.cancelled, self.lettered, *self.planned}
        self._started.extend(set(response.headers.get("x-generation-id", ())) - made_before)
        self._etags.extend(response.headers.get("etag", ()))

    def _fit_edit(self, case: Sendable, chance: int) -> None:
        """Let an edit of the right shape be accepted."""
        if case.path.endswith("/plan"):
            _fit_plan(case, is_lettered=case.path_parameters.get("id") == self.planned[1])
        if case.path.endswith("/lettering"):
            _fit_texts(case, has_places=chance // 4 % 4 == 0)

    def _fitting(self, case: Sendable) -> Sequence[str]:
        """Return the generations that the case may use: the ones made before the run must not change."""
        if case.path.endswith("/share"):
            # The comic of the token is another one.
            return self.lasting
        if case.method == "DELETE":
            return self._started
        if case.path.endswith("/lettering"):
            return (*self.lasting[:1], *[self.lettered] * 4)
        is_estimate = case.query.get("estimate") == "true"
        if case.path.endswith("/plan") or (case.path.endswith("/retry") and is_estimate):
            # An estimate starts nothing. Others have drawn what another generation lacks.
            return self.planned
        if case.path.endswith("/cancel"):
            # Only a cancelled generation can be cancelled again.
            return (*self.lasting, *[self.cancelled] * 4)
        return (*self.lasting, self.cancelled, self.lettered) if case.method == "GET" else self.lasting


def _fit_plan(case: Sendable, *, is_lettered: bool) -> None:
    """Let a plan be accepted: it is about the plan that counts, names nobody, and has texts if it can have any."""
    case.headers["If-Match"] = "*"
    body = cast("dict[str, dict[str, list[dict[str, object]]]]", case.body)
    body["analysis"]["characters"] = body["analysis"]["characters"][:1]
    body["chunks"]["panels"] = [
        {**panel, "characters": [], "faces": None, "texts": _of_nobody(panel.get("texts")) if is_lettered else None}
        for panel in body["chunks"]["panels"]
    ]


def _fit_texts(case: Sendable, *, has_places: bool) -> None:
    """Let texts be accepted: those of the first panel as they are now, of nobody. Most random places overlap."""
    case.path_parameters = {**case.path_parameters, "index": 0}
    case.headers.pop("If-Match", None)
    texts = _of_nobody(cast("dict[str, object]", case.body)["texts"])
    case.body = {"texts": texts if has_places else [{**text, "place": None} for text in texts or ()]}


def _of_nobody(texts: object) -> list[dict[str, object]] | None:
    found = cast("list[dict[str, object]] | None", texts)
    return None if found is None else [{**text, "speaker": None} for text in found]
