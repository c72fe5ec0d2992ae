"""The durable patterns of the test app, with their outputs."""

from dataclasses import dataclass

from tests.tools.engine.host_process import HostProcess


@dataclass(frozen=True, slots=True)
class Pattern:
    """`output` may hold ``{id}``, which stands for the instance's id."""

    name: str
    input: object
    output: object
    sends_event: bool = False

    def expected(self, instance_id: str) -> object:
        return _with_id(self.output, instance_id)


PATTERNS = (
    Pattern("plain", "you", "hello you"),
    Pattern("chain", 3, 24),
    Pattern("fan_out", None, 20),
    Pattern("first_of", None, [0, 2, 4]),
    Pattern("retry_succeeds", None, "{id} done"),
    Pattern("retry_gives_up", None, {"gave_up": True}),
    Pattern("timer_beats_event", None, "timer"),
    Pattern("event_beats_timer", None, {"x": 1}, sends_event=True),
    Pattern("parent", None, [[{"child": 0}, {"child": 2}], "{id} done"]),
    Pattern("everything", None, [[0, 2, "{id} done", {"child": 10}], 20]),
    Pattern("with_entity", None, 7),
    Pattern("entity_error", None, "no operation explode"),
    Pattern("eternal", 1, {"rounds": 4, "last": 8}),
    Pattern("leaves_work_behind", None, "early"),
)


def start_pattern(host: HostProcess, pattern: Pattern, instance_id: str) -> None:
    host.start_instance(pattern.name, instance_id, pattern.input)
    if pattern.sends_event:
        assert host.post(f"/instances/{instance_id}/raiseEvent/go", {"x": 1}).status_code == 202


def assert_pattern_done(host: HostProcess, pattern: Pattern, instance_id: str) -> None:
    status = host.wait_for_final(instance_id)
    assert (status["runtimeStatus"], status["output"]) == ("Completed", pattern.expected(instance_id))


def _with_id(value: object, instance_id: str) -> object:
    if isinstance(value, str):
        return value.replace("{id}", instance_id)
    if isinstance(value, list):
        items: list[object] = value  # pyright: ignore[reportUnknownVariableType] -- JSON
        return [_with_id(item, instance_id) for item in items]
    return value
