"""What an orchestrator answers: its state and the actions it asks for.

The answer of the SDK's protocol V3 lists every action since the execution began, so actions are told apart by their
place in the list, and compound ones are flattened depth first, the order in which the SDK numbers their tasks.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import cast

from devhost.engine.clock import from_text
from devhost.engine.history import to_json

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


_WITH_RETRY = frozenset({ActionType.CALL_ACTIVITY_WITH_RETRY, ActionType.CALL_CHILD_WITH_RETRY})


class ProtocolError(Exception):
    """The worker's answer is not one of the protocol."""


@dataclass(frozen=True, slots=True)
class Action:
    """One action that is not compound, with the protocol's own keys."""

    type: ActionType
    fields: dict[str, object]

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


@dataclass(frozen=True, slots=True)
class State:
    """An orchestrator's answer. `output` and `custom_status` are JSON texts."""

    is_done: bool
    leaves: tuple[Action, ...]
    output: str | None = None
    error: str | None = None
    custom_status: str | None = None
    retries_in_any: bool = False
    """A task with retries stands under task_any, which can hang on Azure."""


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
    leaves: list[Action] = []
    retries_in_any = False
    for actions in lists:
        for action in actions:
            retries_in_any |= _flatten(action, leaves, under_any=False)
    error_text = raw.get("error")
    return State(
        is_done=raw.get("isDone") is True,
        leaves=tuple(leaves),
        output=to_json(raw["output"]) if "output" in raw else None,
        error=str(error_text) if error_text is not None else None,
        custom_status=to_json(raw["customStatus"]) if raw.get("customStatus") is not None else None,
        retries_in_any=retries_in_any,
    )


def parse_failure(message: str) -> State:
    """Read the state out of a failed invocation's message; without one the message is the error."""
    error, marker, state = message.rpartition(_STATE_MARKER)
    if not marker:
        return State(is_done=False, leaves=(), error=message)
    parsed = parse_state(state)
    return parsed if parsed.error else State(is_done=False, leaves=parsed.leaves, error=error.strip() or message)


def _flatten(action: dict[str, object], leaves: list[Action], *, under_any: bool) -> bool:
    """Append the leaves of `action`; tell whether one with retries stands under a WhenAny."""
    try:
        kind = ActionType(cast("int", action["actionType"]))
    except (KeyError, ValueError) as error:
        raise ProtocolError(f"unknown action {action!r}") from error
    if kind not in (ActionType.WHEN_ANY, ActionType.WHEN_ALL):
        leaves.append(Action(kind, action))
        return under_any and kind in _WITH_RETRY
    found = False
    for child in cast("list[dict[str, object]]", action["compoundActions"]):
        found |= _flatten(child, leaves, under_any=under_any or kind is ActionType.WHEN_ANY)
    return found
