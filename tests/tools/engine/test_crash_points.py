"""The host is killed at each crash point; after a restart the result is the same, and no stored work is repeated."""

import contextlib
import signal
from collections.abc import Callable

import httpx
import pytest

from tests.support.waiting import wait_until
from tests.tools.engine.host_process import HostProcess
from tests.tools.engine.patterns import PATTERNS, assert_pattern_done, start_pattern
from tools.devhost.engine.faults import POINTS, Faults

_EVERYTHING = next(pattern for pattern in PATTERNS if pattern.name == "everything")

#: Crash points of fan-out + retry + child, and at which of their occurrences to die.
_ORCHESTRATION_CRASHES = (
    "start-committed",
    "activity-finished:1",
    "activity-finished:4",
    "activity-result-committed:1",
    "activity-result-committed:5",
    "episode-computed:1",
    "episode-computed:6",
    "episode-committed:1",
    "episode-committed:4",
    "episode-committed:8",
)


def _die(host: HostProcess, action: Callable[[], object]) -> None:
    """Trigger the crash; the answer may be lost, or be an error of the dying app."""
    with contextlib.suppress(httpx.HTTPError, AssertionError):
        action()
    assert host.wait_for_end() == -signal.SIGKILL


@pytest.mark.parametrize("crash_at", _ORCHESTRATION_CRASHES)
def test_fan_out_with_retry_and_child_survives_a_crash(own_host: HostProcess, crash_at: str) -> None:
    own_host.start(DEVHOST_CRASH_AT=crash_at)
    _die(own_host, lambda: start_pattern(own_host, _EVERYTHING, "it"))
    own_host.start()
    assert_pattern_done(own_host, _EVERYTHING, "it")


@pytest.mark.parametrize(("crash_at", "runs"), [("activity-result-committed:2", 1), ("activity-finished:2", 2)])
def test_only_an_activity_without_a_stored_result_is_repeated(own_host: HostProcess, crash_at: str, runs: int) -> None:
    own_host.start(DEVHOST_CRASH_AT=crash_at)
    _die(own_host, lambda: own_host.start_instance("chain", "it", 3))
    own_host.start()
    assert own_host.wait_for_final("it")["output"] == 24
    assert own_host.notes() == {"slow_double 3": 1, "slow_double 6": runs, "slow_double 12": 1}


def test_stored_event_is_delivered_after_a_crash(own_host: HostProcess) -> None:
    own_host.start(DEVHOST_CRASH_AT="event-committed")
    own_host.start_instance("waits_for_event", "it")
    _die(own_host, lambda: own_host.post("/instances/it/raiseEvent/go", {"n": 7}))
    own_host.start()
    assert own_host.wait_for_final("it")["output"] == {"n": 7}


def test_stored_termination_survives_a_crash(own_host: HostProcess) -> None:
    own_host.start(DEVHOST_CRASH_AT="control-committed")
    own_host.start_instance("waits_for_event", "it")
    own_host.wait_for_status("it", "Running")
    _die(own_host, lambda: own_host.post("/instances/it/terminate?reason=enough"))
    own_host.start()
    status = own_host.wait_for_final("it")
    assert (status["runtimeStatus"], status["output"]) == ("Terminated", "enough")


def test_stored_signal_reaches_its_entity_once(own_host: HostProcess) -> None:
    own_host.start(DEVHOST_CRASH_AT="entity-ops-committed")
    _die(own_host, lambda: own_host.post("/entities/counter/k?op=add", "5"))
    own_host.start()
    state = wait_until(lambda: own_host.run_client("entity", "k")["state"], "the entity's state")
    assert state == 5


def test_entity_operation_counts_once_when_its_reply_was_lost(own_host: HostProcess) -> None:
    own_host.start(DEVHOST_CRASH_AT="entity-batch-committed")
    _die(own_host, lambda: own_host.start_instance("with_entity", "it"))
    own_host.start()
    assert own_host.wait_for_final("it")["output"] == 7


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("DEVHOST_CRASH_AT", "typo:1", "no such point: 'typo'"),
        ("DEVHOST_DUPLICATE_ACTIVITIES", "1", "must be 'together' or 'later', it is '1'"),
    ],
)
def test_unknown_fault_is_refused(variable: str, value: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Faults({variable: value})


def test_every_crash_point_is_tested() -> None:
    exercised = {crash.partition(":")[0] for crash in _ORCHESTRATION_CRASHES}
    assert exercised | {
        "event-committed",
        "control-committed",
        "entity-ops-committed",
        "entity-batch-committed",
    } == set(POINTS)
