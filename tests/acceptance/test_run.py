"""`make run`: serves until Ctrl-C, streams panels as they are drawn, and resumes when it is started again."""

import re
import signal
import subprocess
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.acceptance.programs import PATIENCE_S, devstack, processes_naming
from tests.support.contract_check import JsonObject, check_stream, has_number, messages_of, parse
from tests.support.emulator_control import EmulatorControl
from tests.support.running_app import BODY, START, until
from tests.support.waiting import wait_until

_ANNOUNCED = re.compile(r"The app is at (\S+) \(model: (\S+);")


@dataclass(frozen=True, slots=True)
class Serving:
    """A running `devstack run`."""

    program: subprocess.Popen[bytes]
    http: httpx.Client
    emulator: EmulatorControl


@contextmanager
def serving(data: Path, environ: Mapping[str, str], log: Path) -> Generator[Serving]:
    """Serve the app on a free port."""
    with devstack("run", "--port", "0", "--data", data, environ=environ, log=log) as program:
        ((url, model),) = wait_until(lambda: _ANNOUNCED.findall(log.read_text()), "the app's address")
        with httpx.Client(base_url=url, trust_env=False, timeout=PATIENCE_S) as http:
            emulator = EmulatorControl(model)
            yield Serving(program, http, emulator)
            emulator.close()


def test_panels_come_one_by_one_and_a_restart_resumes(tmp_path: Path, environ: dict[str, str]) -> None:
    """The second panel is never answered before Ctrl-C; the app that is started again draws it, and nothing else."""
    data, read = tmp_path / "data", list[JsonObject]()

    with serving(data, environ, tmp_path / "first.log") as first:
        first.emulator.fail({"kind": "panel", "subject": "2", "fault": "hang"})
        with first.http.stream("POST", START, json=BODY) as response:
            lines = response.iter_lines()
            messages = (parse(line.encode()) for line in lines if line.strip())
            noted = (read.append(message) or message for message in messages)
            first_message = next(noted)
            panel = until(noted, "panel")
            underway = [call for call in first.emulator.of() if call["finishedS"] is None]
        first.program.send_signal(signal.SIGINT)
        status = first.program.wait(PATIENCE_S)
    left = processes_naming(data)

    with serving(data, environ, tmp_path / "second.log") as second:
        results = [message for message in read if has_number(message)]
        path = f"{START}/{first_message['generationId']}"
        rest = second.http.get(path, params={"after": len(results), "images": "url"})
        calls = second.emulator.calls()["byKind"]
        second.program.send_signal(signal.SIGINT)
        second_status = second.program.wait(PATIENCE_S)

    assert (first_message["type"], first_message["step"]) == ("status", "analysis")
    assert panel["panelNumber"] == 0
    assert [(call["kind"], call["subject"]) for call in underway] == [("panel", "2")]
    assert status == second_status == 0, (tmp_path / "first.log").read_text()
    assert left == []
    check_stream(results + [message for message in messages_of(rest.content) if has_number(message)])
    assert calls == {"panel": 1}
    assert processes_naming(tmp_path) == []


def test_second_app_on_the_same_data_is_refused(tmp_path: Path, environ: dict[str, str]) -> None:
    data, log = tmp_path / "data", tmp_path / "second.log"

    with serving(data, environ, tmp_path / "first.log") as first:
        running = processes_naming(data / "azurite")
        with devstack("run", "--port", "0", "--data", data, environ=environ, log=log) as second:
            status = second.wait(PATIENCE_S)
        still_running = processes_naming(data / "azurite")
        health = first.http.get("/api/health")

    assert status == 1
    assert f"{data} is in use" in log.read_text()
    assert len(running) == len(still_running) == 1
    assert health.status_code == 200
    wait_until(lambda: not processes_naming(tmp_path), "the processes to end after their parent was killed")
