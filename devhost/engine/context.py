"""The JSON an orchestrator is invoked with."""

import json

from devhost.engine.history import to_json
from devhost.engine.records import Instance

#: 2 asks the SDK for its newest protocol (V3): one flat list of actions, timers over six days in pieces.
_UPPER_SCHEMA_VERSION = 1
_UPPER_SCHEMA_VERSION_NEW = 2

_CONSTANT_PART = to_json(
    {
        "isReplaying": False,
        "upperSchemaVersion": _UPPER_SCHEMA_VERSION,
        "upperSchemaVersionNew": _UPPER_SCHEMA_VERSION_NEW,
        "maximumShortTimerDuration": "6.00:00:00",
        "longRunningTimerIntervalDuration": "3.00:00:00",
        # The misspelling is the protocol's.
        "defaultHttpAsyncRequestSleepTimeMillseconds": 30000,
    }
)[1:-1]


def render_context(instance: Instance, history_json: str) -> str:
    """The context over a rendered history."""
    parent_id = json.dumps(instance.parent.instance_id if instance.parent else None)
    return (
        f'{{"history":{history_json},"input":{instance.input},"instanceId":{json.dumps(instance.instance_id)},'
        f'"parentInstanceId":{parent_id},{_CONSTANT_PART}}}'
    )
