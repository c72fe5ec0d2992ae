"""Several hosts on one data directory: each can run any orchestration and take over the work of a stopped host."""

import asyncio
import sqlite3
import time
from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.waiting import wait_until
from tests.tools.engine.conftest import Bench, wait_for, wait_for_end
from tests.tools.engine.host_process import HostProcess
from tests.tools.engine.sdk_invoker import SdkInvoker, calls_echo, echo, waits_for_go
from tools.devhost.engine import engine as engine_module
from tools.devhost.engine.clock import to_text
from tools.devhost.engine.engine import Engine
from tools.devhost.engine.execution.history import event_raised
from tools.devhost.engine.invoker import Outcome
from tools.devhost.engine.services import EngineSettings
from tools.devhost.engine.storage.hosts import DeadHost, HostLock, LockLostError
from tools.devhost.engine.storage.queues import QueueSettings
from tools.devhost.engine.storage.records import Message, RuntimeStatus

QUEUES = EngineSettings(queues=QueueSettings(control_visibility_s=60, work_item_visibility_s=300))


class Hanging(SdkInvoker):
    """An app whose activities never end."""

    begun = 0

    async def run_activity(self, name: str, activity_input: str) -> Outcome:
        self.begun += 1
        await asyncio.Event().wait()
        return await super().run_activity(name, activity_input)


class HeldReplays(SdkInvoker):
    """An app whose orchestrators wait until the test opens the gate."""

    def __init__(self) -> None:
        super().__init__({"calls": calls_echo}, {"echo": echo})
        self.begun, self.may_end, self.ended = asyncio.Event(), asyncio.Event(), 0

    async def run_orchestrator(self, name: str, context: str) -> Outcome:
        self.begun.set()
        await self.may_end.wait()
        outcome = await super().run_orchestrator(name, context)
        self.ended += 1
        return outcome


def app() -> SdkInvoker:
    return SdkInvoker({"calls": calls_echo, "waits": waits_for_go}, {"echo": echo})


async def engine_with_a_running_activity(bench: Bench, host_id: str) -> Engine:
    hanging = Hanging({"calls": calls_echo}, {"echo": echo})
    engine = await bench.engine(hanging, QUEUES, host_id=host_id)
    await engine.start("calls", "it")
    await bench.until(lambda: hanging.begun == 1)
    return engine


async def test_activity_of_a_killed_host_stays_hidden_for_the_visibility_timeout(bench: Bench) -> None:
    killed = await engine_with_a_running_activity(bench, "killed")
    await bench.kill(killed)
    last_alive = bench.clock.now

    bench.clock.advance(timedelta(seconds=299))
    other = await bench.engine(app(), QUEUES, host_id="other")
    await other.release_dead_hosts([DeadHost("killed", last_alive)])
    await other.claim_work()
    await wait_for(other, "it", lambda instance: instance.owner == "other")
    assert bench.taken_work_items() == 0

    bench.clock.advance(timedelta(seconds=1))
    await other.claim_work()
    assert (await wait_for_end(other, "it")).output == "1"


async def test_messages_taken_by_a_killed_host_stay_hidden_but_later_ones_do_not(bench: Bench) -> None:
    killed = await bench.engine(app(), QUEUES, host_id="killed")
    await killed.start("waits", "it")
    await wait_for(killed, "it", lambda instance: instance.status is RuntimeStatus.RUNNING)
    at = to_text(bench.clock())
    async with bench.hold(killed, "it"):
        # The host takes the message and dies before it runs the episode.
        await bench.send(Message("it", event_raised(at, "go", '"before"'), at))
        await bench.kill(killed)
    last_alive = bench.clock.now

    other = await bench.engine(app(), QUEUES, host_id="other")
    await other.release_dead_hosts([DeadHost("killed", last_alive)])
    await other.claim_work()
    assert bench.waiting_messages("it") == 0
    await other.raise_event("it", "go", '"after"')

    assert (await wait_for_end(other, "it")).output == '"after"'


async def test_work_of_a_host_that_was_killed_long_ago_continues_at_once(bench: Bench) -> None:
    killed = await engine_with_a_running_activity(bench, "killed")
    await bench.kill(killed)

    other = await bench.engine(app(), QUEUES, host_id="other")
    assert other.hosts_with_work() == ["killed"]
    await other.release_dead_hosts([DeadHost("killed", bench.clock.now - timedelta(hours=1))])
    await other.claim_work()

    assert (await wait_for_end(other, "it")).output == "1"
    assert other.hosts_with_work() == []


async def test_stopped_host_releases_its_work_at_once(bench: Bench) -> None:
    stopped = await engine_with_a_running_activity(bench, "stopped")
    await stopped.close()

    other = await bench.engine(app(), QUEUES, host_id="other")

    assert (await wait_for_end(other, "it")).output == "1"


def test_dead_host_is_reported_once_and_a_live_one_never(tmp_path: Path) -> None:
    first, second = HostLock(tmp_path, "first"), HostLock(tmp_path, "second")
    with first.dead_hosts([]) as dead:
        assert dead == []

    second.beat()
    second.drop()
    with first.dead_hosts([]) as dead:
        assert [host.host_id for host in dead] == ["second"]
        assert abs(dead[0].last_alive.timestamp() - time.time()) < 60
    with first.dead_hosts([]) as dead:
        assert dead == []
    first.release()


def test_host_with_work_but_no_lock_file_is_dead(tmp_path: Path) -> None:
    first, second = HostLock(tmp_path, "first"), HostLock(tmp_path, "second")
    with first.dead_hosts(["first", "second", "gone"]) as dead:
        assert [host.host_id for host in dead] == ["gone"]
        assert abs(dead[0].last_alive.timestamp() - time.time()) < 60
    first.release()
    second.release()


def test_lock_file_that_disappears_during_the_scan_is_skipped(tmp_path: Path) -> None:
    first, second = HostLock(tmp_path, "first"), HostLock(tmp_path, "second")
    (tmp_path / "third.lock").symlink_to(tmp_path / "removed")  # listed, but deleted before it is opened
    second.drop()
    with first.dead_hosts([]) as dead:
        assert [host.host_id for host in dead] == ["second"]
    first.release()


def test_heartbeat_of_a_host_whose_lock_file_was_deleted_fails(tmp_path: Path) -> None:
    lock = HostLock(tmp_path, "first")
    lock.beat()
    (tmp_path / "first.lock").unlink()
    with pytest.raises(LockLostError, match="other hosts may have taken over"):
        lock.beat()
    lock.release()


async def test_host_wrongly_declared_dead_stores_nothing(bench: Bench) -> None:
    """Another host takes over the instance during an episode, and runs it to completion."""
    slow = HeldReplays()
    first = await bench.engine(slow, QUEUES, host_id="first")
    await first.start("calls", "it")
    await slow.begun.wait()
    second = await bench.engine(app(), QUEUES, host_id="second")
    await second.release_dead_hosts([DeadHost("first", bench.clock.now - timedelta(hours=1))])
    await second.claim_work()
    ended = await wait_for_end(second, "it")
    history = second.get_history("it")

    slow.may_end.set()
    await bench.until(lambda: slow.ended == 1)
    await bench.settle()

    assert second.get_history("it") == history
    assert second.get("it") == ended
    assert bench.taken_work_items() + bench.released_work_items() == 0


async def test_host_wrongly_declared_dead_runs_no_further_episode(bench: Bench) -> None:
    slow, held = HeldReplays(), HeldReplays()
    first = await bench.engine(slow, QUEUES, host_id="first")
    await first.start("calls", "it")
    await slow.begun.wait()
    second = await bench.engine(held, QUEUES, host_id="second")
    await second.release_dead_hosts([DeadHost("first", bench.clock.now - timedelta(hours=1))])
    await second.claim_work()
    await held.begun.wait()

    slow.may_end.set()
    await bench.until(lambda: slow.ended >= 1)
    await bench.settle()

    assert slow.ended == 1


async def test_host_that_cannot_release_its_work_logs_it(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(engine_module, "_RELEASE_TIMEOUT_S", 0.05)
    engine = await bench.engine(app(), QUEUES, host_id="first")
    locking = sqlite3.connect(bench.path, isolation_level=None)
    locking.execute("BEGIN IMMEDIATE")

    await engine.close()

    locking.close()
    assert "work was not released" in caplog.text
    assert "the state file is locked" in caplog.text


def test_every_host_can_read_and_control_an_instance(hosts: tuple[HostProcess, HostProcess]) -> None:
    one, two = (host.start() for host in hosts)
    one.start_instance("waits_for_event", "it")
    two.wait_for_status("it", "Running")

    assert two.post("/instances/it/raiseEvent/go", {"n": 7}).status_code == 202

    assert one.wait_for_final("it")["output"] == {"n": 7}
    assert two.status("it")["output"] == {"n": 7}


def test_other_host_finishes_the_work_of_a_killed_host(hosts: tuple[HostProcess, HostProcess]) -> None:
    one, two = (host.start(SLOW_S="0.2") for host in hosts)
    for number in range(6):
        one.start_instance("everything", f"it-{number}")
    wait_until(lambda: one.notes().total() >= 6, "activities to begin")

    one.kill()

    for number in range(6):
        assert two.wait_for_final(f"it-{number}")["runtimeStatus"] == "Completed"


def test_http_and_durable_functions_can_run_in_separate_processes(hosts: tuple[HostProcess, HostProcess]) -> None:
    http, durable = hosts
    http.start(FUNCTIONS_TARGET_GROUP="http")
    durable.start(FUNCTIONS_TARGET_GROUP="durable", NOTES=str(durable.folder / "durable.txt"))

    http.start_instance("everything", "it")

    assert http.wait_for_final("it")["runtimeStatus"] == "Completed"
    assert http.notes() == {}
    assert (durable.folder / "durable.txt").read_text().count("double") >= 3


def test_host_whose_lock_file_was_deleted_stops_with_an_error(hosts: tuple[HostProcess, HostProcess]) -> None:
    host, _ = hosts
    host.start()
    for lock_file in (host.folder / "data" / "hosts").glob("*.lock"):
        lock_file.unlink()

    assert host.wait_for_end() == 1
    assert "The host stopped because 'other-hosts' failed: LockLostError" in host.log()


def test_next_host_takes_over_work_that_was_not_released(hosts: tuple[HostProcess, HostProcess]) -> None:
    one, two = hosts
    one.start(SLOW_S="60")
    one.start_instance("chain", "it", 3)
    wait_until(lambda: one.notes()["slow_double 3"] == 1, "the activity to begin")
    locking = sqlite3.connect(one.folder / "data" / "durable.sqlite", isolation_level=None)
    locking.execute("BEGIN IMMEDIATE")
    assert one.stop() == 0
    locking.close()

    two.start()

    assert two.wait_for_final("it")["output"] == 24
    assert two.notes()["slow_double 3"] == 2
