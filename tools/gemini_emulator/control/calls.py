"""Record of the calls, for tests."""

import time
from collections import Counter, deque
from dataclasses import dataclass, field

from pydantic import JsonValue

from tools.gemini_emulator.prompt import Kind
from tools.gemini_emulator.wire.request import GenerateContentRequest

MAX_CALLS_KEPT = 2000


@dataclass
class Call:
    """One call and its outcome. Times are seconds since the record was created."""

    number: int
    kind: Kind
    model: str
    subject: str | None
    started_s: float
    request: GenerateContentRequest
    finished_s: float | None = None
    status: int | str | None = None
    fault: str | None = None

    def summary(self) -> dict[str, JsonValue]:
        return {
            "number": self.number,
            "kind": self.kind,
            "model": self.model,
            "subject": self.subject,
            "status": self.status,
            "fault": self.fault,
            "startedS": round(self.started_s, 4),
            "finishedS": None if self.finished_s is None else round(self.finished_s, 4),
        }

    def prompt(self) -> dict[str, JsonValue]:
        """Return the request as JSON, with the type and size of images only."""
        system = self.request.system_instruction
        return {
            "systemInstruction": None if system is None else "\n".join(part.text or "" for part in system.parts),
            "parts": _parts(self.request),
            "texts": list(self.request.texts),
            "images": [{"mimeType": image.mime_type, "bytes": image.size} for image in self.request.images],
            "generationConfig": self.request.generation_config.model_dump(
                mode="json", by_alias=True, exclude_none=True
            ),
        }


@dataclass
class CallRecord:
    """The calls since the record was last cleared. Only the latest are kept in full."""

    calls: deque[Call] = field(default_factory=lambda: deque[Call](maxlen=MAX_CALLS_KEPT))
    _began: float = field(default_factory=time.monotonic)
    _by_kind: Counter[str] = field(default_factory=Counter[str])
    _by_model: Counter[str] = field(default_factory=Counter[str])
    _by_status: Counter[str] = field(default_factory=Counter[str])
    _running: int = 0
    _max_running: int = 0
    _count: int = 0

    def start(self, kind: Kind, model: str, subject: str | None, request: GenerateContentRequest) -> Call:
        self._count += 1
        self._by_kind[kind] += 1
        self._by_model[model] += 1
        self._running += 1
        self._max_running = max(self._max_running, self._running)
        call = Call(self._count, kind, model, subject, time.monotonic() - self._began, request)
        self.calls.append(call)
        return call

    def finish(self, call: Call, status: int | str) -> None:
        """Record the end of a call: the HTTP status, or `cut` or `gone` if the answer was not sent completely."""
        call.finished_s = time.monotonic() - self._began
        call.status = status
        self._by_status[str(status)] += 1
        self._running -= 1

    def clear(self) -> None:
        """Clear the record; unfinished calls stay counted as running."""
        self.calls.clear()
        self._by_kind.clear()
        self._by_model.clear()
        self._by_status.clear()
        self._count = 0
        self._max_running = self._running

    def report(self, *, full: bool) -> dict[str, JsonValue]:
        """Return the counts and the calls as JSON, with the prompts if `full`."""
        return {
            "total": self._count,
            "byKind": dict[str, JsonValue](self._by_kind),
            "byModel": dict[str, JsonValue](self._by_model),
            "byStatus": dict[str, JsonValue](self._by_status),
            "running": self._running,
            "maxConcurrency": self._max_running,
            "calls": [call.summary() | (call.prompt() if full else {}) for call in self.calls],
        }


def _parts(request: GenerateContentRequest) -> list[JsonValue]:
    parts: list[JsonValue] = []
    for part in request.parts:
        if part.inline_data is not None:
            image: JsonValue = {"mimeType": part.inline_data.mime_type, "bytes": part.inline_data.size}
            parts.append({"image": image})
        elif part.text is not None:
            parts.append({"text": part.text})
    return parts
