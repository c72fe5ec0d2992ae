"""The JSON an orchestrator is invoked with."""

import json

from tools.devhost.engine.execution.history import to_json
from tools.devhost.engine.storage.records import Instance

_CONSTANT_PART = to_json(
    {
        "sourceInstanceId": None,
        # 1 and 3, as the extension says: the SDK answers in its newest protocol.
        "upperSchemaVersion": 1,
        "upperSchemaVersionNew": 3,
        "longRunningTimerIntervalDuration": "3.00:00:00",
        "maximumShortTimerDuration": "6.00:00:00",
        # The misspelling is the protocol's.
        "defaultHttpAsyncRequestSleepTimeMillseconds": 30000,
    }
)[1:-1]


def render_context(instance: Instance, history_json: str, *, is_replaying: bool) -> str:
    """The context over a rendered history; `is_replaying`: this is not the first episode."""
    parent_id = json.dumps(instance.parent.instance_id if instance.parent else None)
    return (
        f'{{"history":{history_json},"input":{instance.input},"instanceId":{json.dumps(instance.instance_id)},'
        f'"isReplaying":{"true" if is_replaying else "false"},"parentInstanceId":{parent_id},{_CONSTANT_PART}}}'
    )
