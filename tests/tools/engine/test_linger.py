"""SIGUSR1 stops everything in the host except running activities."""

import signal
import sqlite3

import httpx

from tests.support.waiting import wait_until
from tests.tools.engine.host_process import HostProcess


def _lose_host(host: HostProcess) -> None:
    """Start two activities, one in a thread and one on the event loop, and then send SIGUSR1."""
    host.start_instance("gated_steps", "it")
    wait_until(lambda: host.notes().total() == 2, "the activities to begin")
    assert host.process is not None
    host.process.send_signal(signal.SIGUSR1)
    wait_until(lambda: not _answers(host), "the host to stop answering")


def _answers(host: HostProcess) -> bool:
    try:
        host.status("it")
    except httpx.TransportError:
        return False
    return True


def _open_gate(host: HostProcess) -> None:
    host.notes_path.with_name("gate").touch()


def test_activities_continue_while_the_next_host_runs_them_again(hosts: tuple[HostProcess, HostProcess]) -> None:
    one, two = hosts
    one.start(DEVHOST_LINGER_SECONDS="600")
    _lose_host(one)

    two.start()
    wait_until(lambda: two.notes() == {"begun sync": 2, "begun async": 2}, "the second copies to begin")
    assert one.process is not None
    assert one.process.poll() is None
    _open_gate(two)

    assert two.wait_for_final("it")["output"] == ["sync", "async"]
    wait_until(lambda: two.notes()["ended sync"] == two.notes()["ended async"] == 2, "all copies to end")
    assert "failed" not in one.log()


def test_lingering_host_stores_no_results_and_ends(hosts: tuple[HostProcess, HostProcess]) -> None:
    one, two = hosts
    one.start(DEVHOST_LINGER_SECONDS="2")
    _lose_host(one)

    _open_gate(one)
    wait_until(lambda: one.notes()["ended sync"] == one.notes()["ended async"] == 1, "the activities to end")
    assert one.wait_for_end() == -signal.SIGKILL
    with sqlite3.connect(one.folder / "data" / "durable.sqlite") as database:
        assert database.execute("SELECT count(*) FROM work_items WHERE taken_by IS NOT NULL").fetchone() == (2,)
    database.close()

    two.start()
    assert two.wait_for_final("it")["output"] == ["sync", "async"]
    assert two.notes()["ended sync"] == two.notes()["ended async"] == 2
