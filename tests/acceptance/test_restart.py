"""A host that is killed in the middle of a generation, and started again, finishes it: nothing twice, nothing lost."""

from collections.abc import Callable, Iterator
from itertools import islice

import httpx
import pytest

from tests.acceptance.programs import wait_for
from tests.support.contract_check import JsonObject, check_stream, has_number, parse
from tests.support.running_app import START, STORY, RunningApp, running_app
from tests.support.unlimited import NO_LIMITS
from tools.devstack.stack import Stack, StackOptions


@pytest.fixture(scope="module")
def module_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    """A stack of our own: nobody else's host is killed."""
    with Stack(StackOptions(tmp_path_factory.mktemp("stack"), settings=NO_LIMITS)) as stack, running_app(stack) as app:
        yield app


@pytest.fixture
def app(module_app: RunningApp) -> RunningApp:
    """The app, without faults and without any call counted yet."""
    module_app.emulator.reset()
    return module_app


def read_until_killed(app: RunningApp, is_time: Callable[[], bool]) -> list[JsonObject]:
    """Start a generation, kill the host when it is time, and return the messages that had come whole."""
    read: list[JsonObject] = []
    unfinished = ""
    body = {"story": STORY, "style": "manga", "images": "url"}
    with app.http.stream("POST", START, json=body) as response:
        assert response.status_code == 200
        try:
            for piece in response.iter_text():
                *lines, unfinished = (unfinished + piece).split("\n")
                read += [parse(line.encode()) for line in lines if line.strip()]
                if is_time():
                    kill(app)
        except httpx.TransportError:
            assert app.stack.host is not None
            assert not app.stack.host.is_running, "the connection broke before the host was killed"
    return read


def followed(app: RunningApp, generation_id: str, after: int) -> Iterator[JsonObject]:
    """Yield the results after a cursor; who stops asking hangs up."""
    with app.http.stream("GET", f"{START}/{generation_id}?after={after}&images=url") as response:
        messages = (parse(line.encode()) for line in response.iter_lines() if line.strip())
        yield from filter(has_number, messages)


def kill(app: RunningApp) -> None:
    """End the host as a crash would."""
    assert app.stack.host is not None
    app.stack.host.kill()


def calls(app: RunningApp, kind: str) -> list[JsonObject]:
    """Return the model's calls of a kind."""
    return [call for call in app.emulator.calls()["calls"] if call["kind"] == kind]


def steps_under_way(app: RunningApp) -> list[str]:
    """Return the ids of the steps that the engine waits for."""
    path = "/runtime/webhooks/durabletask/instances?runtimeStatus=Pending,Running"
    return [run["instanceId"] for run in app.http.get(path).json() if ":" in run["instanceId"]]


@pytest.mark.parametrize(
    ("held_up", "under_way"),
    [("analysis", 1), ("chunking", 1), ("character", 2), ("panel", 2)],
    ids=lambda value: value,
)
def test_a_generation_goes_on_where_the_kill_met_it(app: RunningApp, held_up: str, under_way: int) -> None:
    """The kill comes when exactly these calls are under way, and the results of all others are stored."""
    app.emulator.fail({"kind": held_up, "fault": "hang"})

    def are_under_way() -> bool:
        return len(calls(app, held_up)) == under_way == len(steps_under_way(app))

    before = read_until_killed(app, lambda: bool(wait_for(are_under_way, f"{under_way} calls of {held_up}")))
    wait_for(lambda: app.emulator.calls()["running"] == 0, "the emulator to miss its caller")
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
    assert [call["status"] for call in calls(app, held_up)].count("gone") == under_way


def test_a_generation_survives_one_kill_after_another(app: RunningApp) -> None:
    """The host is killed whenever two more results have come."""
    read = read_until_killed(app, lambda: True)
    generation_id = read[0]["generationId"]
    results = [message for message in read if has_number(message)]

    while not results or results[-1]["type"] != "complete":
        app.stack.start_host()
        more = list(islice(followed(app, generation_id, len(results)), 2))
        assert more, f"the generation does not get on: {results}"
        results += more
        kill(app)
    app.stack.start_host()

    check_stream(results)
    assert app.follow(generation_id).results == results
