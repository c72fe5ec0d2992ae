"""Parsing of the worker's answers."""

import json

import pytest

from tools.devhost.engine.execution.actions import ActionType, ProtocolError, parse_failure, parse_state

_RETRY: dict[str, object] = {"actionType": 1, "functionName": "A", "input": "1", "retryOptions": {}}
_CALL: dict[str, object] = {"actionType": 0, "functionName": "B", "input": "2"}


def _state(*actions: object, **more: object) -> str:
    return json.dumps({"isDone": False, "schemaVersion": 2, "actions": [list(actions)], **more})


def test_compound_actions_keep_their_parts() -> None:
    nested = {"actionType": 12, "compoundActions": [{"actionType": 11, "compoundActions": [_RETRY]}, _CALL]}

    all_of, call = parse_state(_state(nested, _CALL)).actions

    any_of, part = all_of.parts
    assert [action.type for action in (all_of, any_of, *any_of.parts, part, call)] == [
        ActionType.WHEN_ALL,
        ActionType.WHEN_ANY,
        ActionType.CALL_ACTIVITY_WITH_RETRY,
        ActionType.CALL_ACTIVITY,
        ActionType.CALL_ACTIVITY,
    ]


def test_failed_invocation_has_a_state() -> None:
    message = "Exception: it broke\n\n$OutOfProcData$:" + _state(_CALL, error="it broke", customStatus={"at": 1})
    state = parse_failure(message)
    assert (state.error, state.custom_status, len(state.actions)) == ("it broke", '{"at":1}', 1)


def test_failure_without_a_state_has_the_message_as_error() -> None:
    assert parse_failure("TypeError: no").error == "TypeError: no"


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"actions": [[{"actionType": 99}]]}'])
def test_invalid_state_is_refused(text: str) -> None:
    with pytest.raises(ProtocolError):
        parse_state(text)


def test_custom_status_is_optional_and_not_escaped() -> None:
    assert parse_state(_state()).custom_status is None
    assert parse_state(_state(customStatus="漢")).custom_status == '"漢"'
