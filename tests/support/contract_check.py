"""The contract of the stream, written a second time without the app's code, so that it does not have the same bugs."""

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any, cast

type JsonObject = dict[str, Any]
type Fields = dict[str, Callable[[object], bool]]

STEPS = {"analysis", "chunks", "character", "panel", "retry", "reconnect", "critical", "cancelled"}
ENDS = {"critical", "cancelled"}


def text(value: object) -> bool:
    return isinstance(value, str)


def words(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def image(value: object) -> bool:
    return isinstance(value, str) and value.startswith(("data:image/png;base64,", "data:image/jpeg;", "/api/"))


def amount(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0


def list_of(check: Callable[[object], bool], fewest: int, most: int) -> Callable[[object], bool]:
    def is_list(value: object) -> bool:
        return isinstance(value, list) and fewest <= len(value) <= most and all(map(check, value))  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]

    return is_list


def shape(required: Fields, optional: Fields | None = None) -> Callable[[object], bool]:
    def has_shape(value: object) -> bool:
        return isinstance(value, dict) and not wrong_fields(value, required, optional or {})  # pyright: ignore[reportUnknownArgumentType]

    return has_shape


def wrong_fields(value: JsonObject, required: Fields, optional: Fields) -> list[str]:
    wrong = [name for name, check in required.items() if name not in value or not check(value[name])]
    return wrong + [name for name, check in optional.items() if name in value and not check(value[name])]


CHARACTER = shape({"name": words, "physicalDescription": text, "personality": text, "role": text})
SETTING = shape({"timePeriod": text, "location": text, "mood": text})
ANALYSIS = shape({"title": words, "characters": list_of(CHARACTER, 1, 4), "setting": SETTING}, {"language": words})
PANEL_PLAN = shape(
    {
        "panelNumber": whole,
        "characters": list_of(text, 0, 4),
        "sceneDescription": words,
        "cameraAngle": text,
        "visualMood": text,
    },
    {"dialogue": words},
)
USAGE = shape(
    {"calls": whole, "inputTokens": whole, "outputTokens": whole, "images": whole, "currency": words},
    {"price": amount},
)
REQUIRED: dict[str, Fields] = {
    "status": {"step": words, "message": words},
    "analysis": {"data": ANALYSIS},
    "chunks": {"data": shape({"panels": list_of(PANEL_PLAN, 2, 15)})},
    "character": {"data": shape({"name": words, "image": image, "description": text})},
    "panel": {"panelNumber": whole, "data": shape({"panelNumber": whole, "image": image})},
    "error": {"step": words, "message": words},
    "complete": {"totalPanels": whole},
}
OPTIONAL: dict[str, Fields] = {
    "analysis": {"outdated": list_of(whole, 1, 4)},
    "chunks": {"outdated": list_of(whole, 1, 15)},
    "error": {"retrying": lambda value: value is True},
    "complete": {
        "failedPanels": list_of(whole, 1, 15),
        "failedCharacters": list_of(whole, 1, 4),
        "usage": USAGE,
        "stoppedAfter": lambda value: value == "plan",
    },
}


def messages_of(body: bytes) -> list[JsonObject]:
    """Return the messages of a body that came whole."""
    assert body.endswith(b"\n"), f"the last line was cut: {body[-200:]!r}"
    return [parse(line) for line in body.split(b"\n") if line.strip()]


def parse(line: bytes) -> JsonObject:
    """Return a line's message."""
    message = json.loads(line.decode("utf-8"), parse_constant=_refuse)
    assert isinstance(message, dict), f"no JSON object: {line[:200]!r}"
    return cast("JsonObject", message)


def _refuse(name: str) -> object:
    raise AssertionError(f"{name} is no JSON")


def has_number(message: JsonObject) -> bool:
    """Return whether the message is a result message, which has a `seq`."""
    return message["type"] != "status" and not message.get("retrying", False)


def is_end(message: JsonObject) -> bool:
    """Return whether the message is the last one of a round."""
    return message["type"] == "complete" or (message["type"] == "error" and message["step"] in ENDS)


def check_stream(messages: Sequence[JsonObject], *, after: int = 0, ended: bool = True, earlier_ends: int = 0) -> None:
    """Check the messages of one response: each of them, their order, and how they fit together.

    A generation with a retry or a redo has earlier ends among its messages.
    """
    for message in messages:
        check_message(message)
    assert len({message["generationId"] for message in messages}) == 1
    results = [message for message in messages if has_number(message)]
    numbers = [message["seq"] for message in results]
    assert numbers == list(range(after + 1, after + 1 + len(numbers))), numbers
    assert sum(is_end(message) for message in messages[:-1]) == earlier_ends, "something came after the end"
    assert is_end(messages[-1]) == ended, f"the stream ended with {messages[-1]}"
    _check_retries(messages)
    if after == 0 and earlier_ends == 0:
        _check_story(results)


def check_message(message: JsonObject) -> None:
    """Check one message by itself."""
    kind = message.get("type")
    assert kind in REQUIRED, f"an unknown type: {message}"
    wrong = wrong_fields(message, {"generationId": words, **REQUIRED[kind]}, OPTIONAL.get(kind, {}))
    assert not wrong, f"wrong or missing {wrong}: {str(message)[:500]}"
    assert message.get("step", "panel") in STEPS
    assert whole(message.get("seq")) if has_number(message) else "seq" not in message, message
    if kind == "panel":
        assert message["data"]["panelNumber"] == message["panelNumber"] + 1


def _check_retries(messages: Sequence[JsonObject]) -> None:
    for first, second in zip(messages, [*messages[1:], None], strict=True):
        if first.get("retrying"):
            assert second is not None
            assert (second["type"], second["step"]) == ("status", "retry")
            assert second["message"].startswith("Retrying ")


def _check_story(results: Sequence[JsonObject]) -> None:
    """Check that what comes later fits what came before."""
    cast: list[str] = []
    panels: list[JsonObject] = []
    settled: set[tuple[str, int]] = set()
    for message in results:
        match message["type"]:
            case "analysis":
                assert message is results[0]
                cast = [character["name"] for character in message["data"]["characters"]]
                assert len(set(cast)) == len(cast), f"two characters of one name: {cast}"
            case "chunks":
                panels = message["data"]["panels"]
                assert [panel["panelNumber"] for panel in panels] == list(range(1, len(panels) + 1))
                assert {name for panel in panels for name in panel["characters"]} <= set(cast)
            case "character":
                assert message["data"]["name"] in cast
                _settle(settled, "character", cast.index(message["data"]["name"]))
            case "panel":
                assert 0 <= message["panelNumber"] < len(panels), "a panel before its plan, or beyond it"
                _settle(settled, "panel", message["panelNumber"])
            case "error" if not is_end(message):
                _settle(settled, message["step"], message["index"])
            case "complete":
                _check_complete(message, results, len(cast), len(panels), settled)
            case _:
                continue


def _settle(settled: set[tuple[str, int]], kind: str, index: int) -> None:
    assert (kind, index) not in settled, f"{kind} {index} came twice"
    settled.add((kind, index))


def _check_complete(
    complete: JsonObject, results: Iterable[JsonObject], characters: int, panels: int, settled: set[tuple[str, int]]
) -> None:
    planned = {("character", index) for index in range(characters)} | {("panel", index) for index in range(panels)}
    errors = [message for message in results if message["type"] == "error"]
    failed = {
        kind: sorted(error["index"] for error in errors if error["step"] == kind) for kind in ("character", "panel")
    }
    assert complete["totalPanels"] == panels
    if "stoppedAfter" in complete:
        assert settled < planned
    else:
        assert settled == planned
    assert complete.get("failedCharacters", []) == failed["character"]
    assert complete.get("failedPanels", []) == failed["panel"]
