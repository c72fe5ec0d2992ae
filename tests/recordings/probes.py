"""Orchestrators equal to those that were recorded on the real host, and to those of its measurements."""

from collections.abc import Generator
from datetime import timedelta
from typing import Any

import azure.durable_functions as df

type Context = Any
type Flow = Generator[Any, Any, Any]

RETRY_OPTIONS = df.RetryOptions(first_retry_interval_in_milliseconds=1000, max_number_of_attempts=2)
_TIMERS_S = (0.5, 0.9, 1.0, 1.5, 2.0, 2.9)
_CHILDREN = 12
_FAILURES_OF_CHILD = {3: 1, 5: 2, 7: 1}


def catch_on(context: Context) -> Flow:
    """Four retried activities one after another; the failures of two are caught."""
    results: list[object] = []
    for number, fails in enumerate((2, 1, 2)):
        results.append((yield from _caught(context, {"k": _key(context, number), "i": number, "fails": fails})))
    results.append((yield from _caught(context, {"k": _key(context, "z"), "i": "z"})))
    return results


def _caught(context: Context, activity_input: object) -> Flow:
    try:
        return (yield context.call_activity_with_retry("act", RETRY_OPTIONS, activity_input))
    except Exception:  # noqa: BLE001 - the SDK raises a failed activity as a bare Exception
        return "failed"


def children(context: Context) -> Flow:
    """Twelve children under task_any with an event, and an activity after them."""
    stop = context.wait_for_external_event("stop")
    running = {_child(context, number): number for number in range(_CHILDREN)}
    done: list[int] = []
    while running:
        yield context.task_any([*running, stop])
        done += [running.pop(task) for task in list(running) if task.is_completed]
        context.set_custom_status({"done": done})
    last = yield context.call_activity("act", {"k": _key(context, "last"), "i": "last"})
    return {"done": done, "last": last}


def _child(context: Context, number: int) -> Any:  # noqa: ANN401 - a task of the SDK
    child_input = {
        "k": _key(context, number),
        "i": number,
        "s": 0.2 + 0.05 * number,
        "fails": _FAILURES_OF_CHILD.get(number, 0),
    }
    return context.call_sub_orchestrator("child", child_input, f"{context.instance_id}:{number}")


def child(context: Context) -> Flow:
    """One retried activity; a failure for good becomes a value."""
    return (yield from _caught(context, context.get_input()))


def timers(context: Context) -> Flow:
    """Timers one after another, with what each really took."""
    waited: list[list[float]] = []
    for seconds in _TIMERS_S:
        begun = context.current_utc_datetime
        yield context.create_timer(begun + timedelta(seconds=seconds))
        waited.append([seconds, (context.current_utc_datetime - begun).total_seconds()])
    return waited


def retries_under_any(context: Context) -> Flow:
    """Retried activities side by side under task_any, and then a further action."""
    running = [
        context.call_activity_with_retry(
            "act", RETRY_OPTIONS, {"k": _key(context, number), "i": number, "fails": fails}
        )
        for number, fails in enumerate((0, 1, 0))
    ]
    results: list[object] = []
    while running:
        first = yield context.task_any(running)
        running.remove(first)
        results.append(first.result)
    return [*results, (yield context.call_activity("act", {"k": _key(context, "last"), "i": "last"}))]


def rolling_window(context: Context) -> Flow:
    """Twenty activities, five at a time, a new one whenever one has ended."""
    waiting, running, results = list(range(20)), list[Any](), list[object]()
    while waiting or running:
        while waiting and len(running) < 5:
            running.append(context.call_activity("slow", waiting.pop(0)))
        first = yield context.task_any(running)
        running.remove(first)
        results.append(first.result)
    return results


def _key(context: Context, number: object) -> str:
    return f"{context.instance_id}/{number}"
