"""An orchestrator's answer: its state and the actions it asks for.

The SDK's answer lists every action since the execution began, one for each `yield` that asked for something new. An
action may be compound (task_all, task_any) or a single one.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import cast

from tools.devhost.engine.clock import from_text
from tools.devhost.engine.execution.history import to_json

#: Separates an orchestrator's error text from its state in a failed invocation (the SDK's out-of-process protocol).
_STATE_MARKER = "$OutOfProcData$:"


class ActionType(IntEnum):
    CALL_ACTIVITY = 0
    CALL_ACTIVITY_WITH_RETRY = 1
    CALL_CHILD = 2
    CALL_CHILD_WITH_RETRY = 3
    CONTINUE_AS_NEW = 4
    CREATE_TIMER = 5
    WAIT_FOR_EVENT = 6
    CALL_ENTITY = 7
    CALL_HTTP = 8
    SIGNAL_ENTITY = 9
    WHEN_ANY = 11
    WHEN_ALL = 12


class ProtocolError(Exception):
    """The worker's answer does not follow the protocol."""


@dataclass(frozen=True, slots=True)
class RetryOptions:
    """How often a task is tried, and how long the extension waits in between."""

    first_interval_ms: int
    max_attempts: int


@dataclass(frozen=True, slots=True)
class Action:
    """An action with the protocol's own keys; `parts` are those of a compound one."""

    type: ActionType
    fields: dict[str, object]
    parts: tuple["Action", ...] = ()

    def text(self, key: str) -> str | None:
        value = self.fields.get(key)
        return value if isinstance(value, str) and value else None

    def required(self, key: str) -> str:
        value = self.text(key)
        if value is None:
            raise ProtocolError(f"the action {self.type.name} has no {key}")
        return value

    def moment(self, key: str) -> datetime:
        text = self.required(key)
        try:
            return from_text(text)
        except ValueError as error:
            raise ProtocolError(f"the action {self.type.name} has a {key} that is no time: {text!r}") from error

    def mapping(self, key: str) -> dict[str, object]:
        value = self.fields.get(key)
        return cast("dict[str, object]", value) if isinstance(value, dict) else {}

    @property
    def is_cancelled(self) -> bool:
        return self.fields.get("isCanceled") is True

    @property
    def retry(self) -> RetryOptions:
        options = self.mapping("retryOptions")
        interval_ms, attempts = options.get("firstRetryIntervalInMilliseconds"), options.get("maxNumberOfAttempts")
        if not isinstance(interval_ms, int) or not isinstance(attempts, int):
            raise ProtocolError(f"the action {self.type.name} has no usable retryOptions: {options!r}")
        return RetryOptions(interval_ms, attempts)


@dataclass(frozen=True, slots=True)
class State:
    """An orchestrator's answer. `output` and `custom_status` are JSON texts."""

    is_done: bool
    actions: tuple[Action, ...]
    output: str | None = None
    error: str | None = None
    custom_status: str | None = None


def parse_state(text: str) -> State:
    """Read the state JSON of a successful invocation.

    Raises:
        ProtocolError: when it is not such a state.
    """
    try:
        raw = cast("dict[str, object]", json.loads(text))
        lists = cast("list[list[dict[str, object]]]", raw["actions"])
    except (ValueError, KeyError, TypeError) as error:
        raise ProtocolError(f"the orchestrator's answer is not a state: {text[:200]}") from error
    error_text = raw.get("error")
    return State(
        is_done=raw.get("isDone") is True,
        actions=tuple(_parse_action(action) for actions in lists for action in actions),
        output=to_json(raw["output"]) if "output" in raw else None,
        error=str(error_text) if error_text is not None else None,
        custom_status=to_json(raw["customStatus"]) if raw.get("customStatus") is not None else None,
    )


def parse_failure(message: str) -> State:
    """Read the state out of a failed invocation's message; without one the message is the error."""
    error, marker, state = message.rpartition(_STATE_MARKER)
    if not marker:
        return State(is_done=False, actions=(), error=message)
    parsed = parse_state(state)
    return parsed if parsed.error else State(is_done=False, actions=parsed.actions, error=error.strip() or message)


def _parse_action(raw: dict[str, object]) -> Action:
    try:
        kind = ActionType(cast("int", raw["actionType"]))
        parts = cast("list[dict[str, object]]", raw.get("compoundActions") or [])
        return Action(kind, raw, tuple(_parse_action(part) for part in parts))
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise ProtocolError(f"unknown action {raw!r}") from error
