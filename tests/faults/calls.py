"""The model calls that the emulator recorded, each with its generation and step."""

from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, NamedTuple

from tests.faults.schedule import BLOCKING_FAULTS, HARMLESS_FAULTS

#: The timeout of a model call.
MODEL_TIMEOUT_S = 5
#: A later answer may have come after the timeout.
_SURELY_IN_TIME_S = 0.7 * MODEL_TIMEOUT_S


class StepKey(NamedTuple):
    """A step of one generation: what is asked for, and the character's name or the panel's 1-based number."""

    kind: str
    subject: str | None


@dataclass(frozen=True, slots=True)
class Call:
    """One call. `number` counts all calls in their order; `mark` identifies the generation, or is None."""

    number: int
    mark: str | None
    step: StepKey
    fault: str | None
    status: object
    took_s: float | None

    @property
    def is_good(self) -> bool:
        """Whether a usable answer went out in time."""
        return self._was_usable and self.took_s is not None and self.took_s < _SURELY_IN_TIME_S

    @property
    def may_be_good(self) -> bool:
        """Whether a usable answer went out, maybe too late."""
        return self._was_usable

    @property
    def was_cut_off(self) -> bool:
        """Whether the caller disconnected long before its timeout: it died."""
        return self.status == "gone" and self.took_s is not None and self.took_s < _SURELY_IN_TIME_S

    @property
    def is_blocked(self) -> bool:
        """Whether the model refused, so that asking again is of no use."""
        return self.fault in BLOCKING_FAULTS

    @property
    def _was_usable(self) -> bool:
        return self.status == HTTPStatus.OK and self.fault in {None, *HARMLESS_FAULTS}


def read_calls(report: dict[str, Any], marks: Iterable[str]) -> list[Call]:
    """Return the calls of an emulator's full report."""
    known = list(marks)
    return [_call(entry, known) for entry in report["calls"]]


def _call(entry: dict[str, Any], marks: list[str]) -> Call:
    text = "\n".join(entry["texts"])
    finished = entry["finishedS"]
    return Call(
        number=entry["number"],
        mark=next((mark for mark in marks if mark in text), None),
        step=StepKey(entry["kind"], entry["subject"]),
        fault=entry["fault"],
        status=entry["status"],
        took_s=None if finished is None else finished - entry["startedS"],
    )
