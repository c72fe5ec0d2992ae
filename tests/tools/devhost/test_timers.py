"""When timers run, over restarts and crashes."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from tests.support.waiting import wait_until
from tests.tools.engine.conftest import ManualClock
from tests.tools.engine.host_process import HostProcess
from tools.devhost.engine.storage.store import Store
from tools.devhost.functions import Binding, Function
from tools.devhost.timers.monitor import Monitor
from tools.devhost.timers.ncrontab import ScheduleError
from tools.devhost.timers.schedule import Timer, declared_timers
from tools.devhost.timers.timers import run_when_due
from tools.devhost.worker.worker import Invocation

TICKING = Path(__file__).parent / "apps" / "ticking"
HOUR = timedelta(hours=1)


class Stopped(Exception):
    """The host dies at this point."""


class Timekeeper:
    """Runs one timer with a manual clock: waiting advances it, and a run may kill the host."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "durable.sqlite"
        self.clock = ManualClock()
        self.ran: list[tuple[str, bool]] = []
        self.takes = timedelta()

    async def keep(self, timer: Timer, *, ticks: int, dies_in_run: bool = False) -> None:
        """Run a host for this many ticks; it may die in the last one."""
        store = Store(self.path)
        left = ticks

        async def wait(moment: datetime) -> None:
            if not left:
                raise Stopped
            self.clock.now = max(self.clock.now, moment)

        async def run(_: Timer, info: str) -> Invocation:
            nonlocal left
            left -= 1
            if dies_in_run and not left:
                raise Stopped
            self.ran.append((f"{self.clock.now:%d %H:%M}", json.loads(info)["IsPastDue"]))
            self.clock.advance(self.takes)
            return Invocation()

        try:
            with pytest.raises(Stopped):
                await run_when_due(timer, Monitor(store), run, self.clock, wait)
        finally:
            store.close()


@pytest.fixture
def keeper(tmp_path: Path) -> Timekeeper:
    return Timekeeper(tmp_path)


def timer(schedule: str = "0 0 * * * *", **values: object) -> Timer:
    binding = Binding("timer", "timerTrigger", {"schedule": schedule, **values})
    (made,) = declared_timers([Function("it", "id", (binding,))], {"HOURLY": "0 0 * * * *"}, ManualClock().now)
    return made


async def test_timer_runs_at_each_scheduled_time(keeper: Timekeeper) -> None:
    await keeper.keep(timer("%HOURLY%"), ticks=3)

    assert keeper.ran == [("01 01:00", False), ("01 02:00", False), ("01 03:00", False)]


async def test_restart_neither_skips_nor_repeats_a_run(keeper: Timekeeper) -> None:
    await keeper.keep(timer(), ticks=2)
    keeper.clock.advance(timedelta(minutes=20))
    await keeper.keep(timer(), ticks=1)

    assert keeper.ran == [("01 01:00", False), ("01 02:00", False), ("01 03:00", False)]


async def test_missed_runs_are_replaced_by_one_past_due_run(keeper: Timekeeper) -> None:
    await keeper.keep(timer(), ticks=1)
    keeper.clock.advance(5 * HOUR + timedelta(minutes=1))
    await keeper.keep(timer(), ticks=2)

    assert keeper.ran == [("01 01:00", False), ("01 06:01", True), ("01 07:00", False)]


async def test_run_interrupted_by_a_crash_is_repeated(keeper: Timekeeper) -> None:
    await keeper.keep(timer(), ticks=2, dies_in_run=True)
    keeper.clock.advance(timedelta(seconds=1))
    await keeper.keep(timer(), ticks=1)

    assert keeper.ran == [("01 01:00", False), ("01 02:00", True)]


async def test_runs_of_a_timer_do_not_overlap(keeper: Timekeeper) -> None:
    keeper.takes = 2 * HOUR + timedelta(minutes=30)
    await keeper.keep(timer(), ticks=2)

    assert keeper.ran == [("01 01:00", False), ("01 04:00", False)]


async def test_changed_schedule_causes_no_past_due_run(keeper: Timekeeper) -> None:
    await keeper.keep(timer(), ticks=1)
    keeper.clock.advance(5 * HOUR)
    await keeper.keep(timer("0 30 * * * *"), ticks=1)

    assert keeper.ran == [("01 01:00", False), ("01 06:30", False)]


async def test_timer_without_a_monitor_is_never_past_due(keeper: Timekeeper) -> None:
    unmonitored = timer(useMonitor=False)
    await keeper.keep(unmonitored, ticks=1)
    keeper.clock.advance(5 * HOUR)
    await keeper.keep(unmonitored, ticks=1)

    assert keeper.ran == [("01 01:00", False), ("01 07:00", False)]


async def test_run_on_startup_runs_at_every_start(keeper: Timekeeper) -> None:
    at_start = timer(runOnStartup=True)
    await keeper.keep(at_start, ticks=1)
    keeper.clock.advance(timedelta(minutes=5))
    await keeper.keep(at_start, ticks=2)

    assert keeper.ran == [("01 00:00", False), ("01 00:05", False), ("01 01:00", False)]


@pytest.mark.parametrize("schedule", ["%NOT_SET%", "every day", "0 0 0 30 2 *"])
def test_invalid_schedule_is_reported_with_its_function(schedule: str) -> None:
    with pytest.raises(ScheduleError, match="'it'"):
        timer(schedule)


@pytest.fixture
def ticking(tmp_path: Path) -> Iterator[HostProcess]:
    host = HostProcess(tmp_path, TICKING)
    yield host
    host.kill()


def note_of(host: HostProcess, text: str) -> Callable[[], bool]:
    return lambda: host.notes()[text] > 0


def starts_are(host: HostProcess, count: int) -> Callable[[], bool]:
    """Whether the timer that runs at each start has run this often."""
    return lambda: host.notes()["at_start, past due: False, instances: 0"] == count


def make_past_due(host: HostProcess) -> None:
    """Make the yearly timer due a minute ago, as if the host had not been running then."""
    due = (datetime.now(UTC) - timedelta(minutes=1)).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
    with sqlite3.connect(host.folder / "data" / "durable.sqlite") as connection:
        connection.execute("UPDATE timers SET next = ? WHERE name = 'yearly'", (due,))
    connection.close()


def test_run_during_which_the_host_was_killed_is_repeated_once(ticking: HostProcess) -> None:
    gate = ticking.notes_path.with_name("notes.txt.gate")
    ticking.start(AT_START="0 0 0 1 1 *")
    wait_until(starts_are(ticking, 1), "the first start")
    ticking.kill()
    make_past_due(ticking)
    gate.touch()
    ticking.start(AT_START="0 0 0 1 1 *")
    wait_until(note_of(ticking, "yearly began, past due: True"), "the missed tick")
    wait_until(starts_are(ticking, 2), "the second start")
    ticking.kill()
    gate.unlink()

    ticking.start(AT_START="0 0 0 1 1 *")
    wait_until(note_of(ticking, "yearly ended"), "the tick that was cut short")
    wait_until(starts_are(ticking, 3), "the third start")
    ticking.stop()
    ticking.start(AT_START="0 0 0 1 1 *")
    wait_until(starts_are(ticking, 4), "the fourth start")

    assert ticking.notes()["yearly began, past due: True"] == 2
    assert ticking.notes()["yearly ended"] == 1


def test_admin_api_runs_a_function_manually_with_the_master_key(ticking: HostProcess) -> None:
    ticking.start("--enable-auth", AT_START="0 0 0 1 1 *")
    keys = json.loads((ticking.folder / "data" / "keys.json").read_text())

    def post(name: str, key: str | None, body: object = None) -> int:
        headers = {"x-functions-key": key} if key else {}
        return httpx.post(f"{ticking.origin}/admin/functions/{name}", json=body, headers=headers).status_code

    assert [post("yearly", key) for key in (None, "wrong", keys["default"])] == [401, 401, 403]
    assert post("yearly", keys["master"]) == 202
    assert post("GIVEN", keys["master"], {"input": "a word"}) == 202
    assert post("failing", keys["master"], {}) == 202
    assert post("nobody", keys["master"]) == 404
    assert post("page", keys["master"]) == 400
    assert post("given", keys["master"], ["input"]) == 400
    wait_until(note_of(ticking, "yearly ended"), "the timer")
    wait_until(note_of(ticking, "given a word"), "the activity")
    wait_until(lambda: "'failing', run by hand, failed" in ticking.log(), "the failure in the log")
    assert ticking.notes()["yearly began, past due: False"] == 1


def test_host_stops_when_a_schedule_refers_to_an_unset_setting(ticking: HostProcess) -> None:
    ticking.start(wait=False)

    assert ticking.wait_for_end() == 1
    assert "function 'at_start': '%AT_START%' refers to the app setting AT_START, which is not set" in ticking.log()
