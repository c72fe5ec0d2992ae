"""A host that is killed during a generation and started again finishes it; nothing is lost or paid for twice."""

from collections.abc import Callable, Iterator
from itertools import islice

import httpx
import pytest

from tests.support.contract_check import JsonObject, check_stream, has_number, parse
from tests.support.running_app import BODY, INSTANCES, START, RunningApp, started_app
from tests.support.waiting import wait_until


@pytest.fixture(scope="module")
def module_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    with started_app(tmp_path_factory.mktemp("stack")) as app:
        yield app


@pytest.fixture
def app(module_app: RunningApp) -> RunningApp:
    """The app, without faults and counted calls."""
    module_app.emulator.reset()
    return module_app


def read_until_killed(app: RunningApp, is_time: Callable[[], bool]) -> list[JsonObject]:
    """Start a generation, kill the host when it is time, and return the messages that had come whole."""
    read: list[JsonObject] = []
    unfinished = ""
    with app.http.stream("POST", START, json=BODY) as response:
        assert response.status_code == 200
        try:
            for piece in response.iter_text():
                *lines, unfinished = (unfinished + piece).split("\n")
                read += [parse(line.encode()) for line in lines if line.strip()]
                if is_time():
                    app.kill_host()
        except httpx.TransportError:
            assert app.stack.host is not None
            assert not app.stack.host.is_running, "the connection broke before the host was killed"
    return read


def followed(app: RunningApp, generation_id: str, after: int) -> Iterator[JsonObject]:
    """Yield the results after a cursor; stopping early closes the connection."""
    with app.http.stream("GET", f"{START}/{generation_id}?after={after}&images=url") as response:
        messages = (parse(line.encode()) for line in response.iter_lines() if line.strip())
        yield from filter(has_number, messages)


def steps_under_way(app: RunningApp) -> list[str]:
    """Return the ids of the steps that the engine waits for."""
    runs = app.http.get(INSTANCES, params={"runtimeStatus": "Pending,Running"}).json()
    return [run["instanceId"] for run in runs if ":" in run["instanceId"]]


@pytest.mark.parametrize(
    ("held_up", "under_way"),
    [("analysis", 1), ("chunking", 1), ("character", 2), ("panel", 2)],
    ids=lambda value: value,
)
def test_generation_resumes_at_the_step_that_a_crash_interrupted(app: RunningApp, held_up: str, under_way: int) -> None:
    """The host is killed while exactly these calls are under way, and the results of all others are stored."""
    app.emulator.fail({"kind": held_up, "fault": "hang"})

    def are_under_way() -> bool:
        return len(app.emulator.of(held_up)) == under_way == len(steps_under_way(app))

    before = read_until_killed(app, lambda: bool(wait_until(are_under_way, f"{under_way} calls of {held_up}")))
    wait_until(lambda: app.emulator.calls()["running"] == 0, "the emulator to notice that its caller is gone")
    app.emulator.fail()
    app.stack.start_host()
    generation_id = before[0]["generationId"]
    last_seq = max((message["seq"] for message in before if has_number(message)), default=0)
    rest = app.follow(generation_id, last_seq)

    results = [message for message in before if has_number(message)] + rest.results
    check_stream(results)
    assert rest.last["type"] == "complete"
    assert "failedPanels" not in rest.last
    assert "failedCharacters" not in rest.last
    assert results == app.follow(generation_id).results
    least = 2 + len(app.follow(generation_id).of("character")) + rest.last["totalPanels"]
    assert app.emulator.calls()["total"] == least + under_way
    assert [call["status"] for call in app.emulator.of(held_up)].count("gone") == under_way


def test_generation_survives_repeated_crashes(app: RunningApp) -> None:
    """The host is killed whenever three more results have come."""
    read = read_until_killed(app, lambda: True)
    generation_id = read[0]["generationId"]
    results = [message for message in read if has_number(message)]

    while not results or results[-1]["type"] != "complete":
        app.stack.start_host()
        more = list(islice(followed(app, generation_id, len(results)), 3))
        assert more, f"the generation does not advance: {results}"
        results += more
        app.kill_host()
    app.stack.start_host()

    check_stream(results)
    assert app.follow(generation_id).results == results
