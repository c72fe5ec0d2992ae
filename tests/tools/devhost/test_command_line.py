"""``python -m tools.devhost`` as a person or a program uses it."""

import json
import socket
import sqlite3
from pathlib import Path

import httpx
import pytest

from tests.support.waiting import wait_until
from tests.tools.engine.host_process import HostProcess

_APPS = Path(__file__).parent / "apps"


def test_host_prints_its_functions_and_when_it_is_ready(host: HostProcess) -> None:
    printed = host.log()
    assert f"\techo: [GET,POST] {host.origin}/api/echo/{{name}}/{{rest?}}\n" in printed
    assert "\tchain: orchestrationTrigger\n" in printed
    assert printed.index("\tchain: ") < printed.index("Host started")


def test_ready_file_names_port_and_process(host: HostProcess) -> None:
    assert host.process is not None
    content = json.loads(host.ready_path.read_text())
    assert content == {"port": host.port, "pid": host.process.pid}


def test_interrupt_stops_the_host_despite_an_open_stream(own_host: HostProcess) -> None:
    own_host.start()
    with httpx.stream("GET", f"{own_host.origin}/api/stream/open") as response:
        assert next(response.iter_lines()) == "first"
        assert own_host.stop() == 0
    assert "Traceback" not in own_host.log()


def test_sigterm_stops_the_host_while_activities_run(own_host: HostProcess) -> None:
    own_host.start(SLOW_S="60")
    own_host.start_instance("chain", "it", 1)
    wait_until(lambda: own_host.notes().total(), "the activity to begin")
    assert own_host.process is not None
    own_host.process.terminate()
    assert own_host.wait_for_end() == 0
    assert "Traceback" not in own_host.log()
    own_host.start(SLOW_S="0")
    assert "Taking up 1 unfinished" in own_host.log()
    assert own_host.wait_for_final("it")["output"] == 8


def test_app_that_fails_to_load_is_reported_with_its_error(tmp_path: Path) -> None:
    host = HostProcess(tmp_path, _APPS / "broken").start(wait=False)
    assert host.wait_for_end() == 1
    assert "could not be loaded" in host.log()
    assert "the app's own message" in host.log()


def test_folder_without_an_app_is_reported(tmp_path: Path) -> None:
    host = HostProcess(tmp_path, tmp_path).start(wait=False)
    assert host.wait_for_end() == 1
    assert "there is no function_app.py" in host.log()


def test_port_in_use_is_reported(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        host = HostProcess(tmp_path).start("--port", str(port), wait=False)
        assert host.wait_for_end() == 1
    assert f"Cannot listen on 127.0.0.1:{port}" in host.log()


def test_database_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    host = HostProcess(tmp_path).start()
    host.stop()
    with sqlite3.connect(tmp_path / "data" / "durable.sqlite") as connection:
        connection.execute("UPDATE schema_version SET version = 99")
    connection.close()
    host.start(wait=False)
    assert host.wait_for_end() == 1
    assert "has schema version 99" in host.log()


def test_upgraded_database_keeps_finished_instances_and_entities(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    with sqlite3.connect(tmp_path / "data" / "durable.sqlite") as connection:
        connection.executescript((Path(__file__).parent / "durable-1.sql").read_text())
        connection.execute("INSERT INTO entities VALUES ('@counter@k', '5', 1, '2026-11-01T00:00:00.000000Z')")
    connection.close()

    host = HostProcess(tmp_path).start()

    assert host.status("ended", showHistory="true")["output"] == "hello"
    assert host.status("running")["runtimeStatus"] == "Failed"
    assert "was upgraded while this ran" in str(host.status("running")["output"])
    assert host.run_client("entity", "k")["state"] == 5
    host.start_instance("chain", "new", 1)
    assert host.wait_for_final("new")["output"] == 8
    host.kill()


@pytest.fixture
def classic(tmp_path: Path) -> HostProcess:
    return HostProcess(tmp_path, _APPS / "classic")


def test_classic_app_is_served_without_the_streaming_extension(classic: HostProcess) -> None:
    classic.start(AzureWebJobs__switched_off__Disabled="true")
    try:
        response = httpx.post(f"{classic.origin}/api/hello/Ann?q=1", content=b"body")
        assert (response.status_code, response.text) == (201, "Ann 1 body")
        assert response.headers["X-Made-By"] == "hello"
        assert httpx.get(f"{classic.origin}/api/off").status_code == 404
        assert "function 'from_queue': trigger queueTrigger is not supported here" in classic.log()
    finally:
        classic.kill()
