"""Turns a good answer into the faulty or odd one that a rule asks for.

Faults of the transport (`hang`, `cut`, `slow`, `raw`) are the server's; see `gemini_emulator.app`.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace

from pydantic import JsonValue

from tools.gemini_emulator.control.faults import FaultName, FaultRule
from tools.gemini_emulator.wire.answer import Answer, ImagePart, TextPart
from tools.gemini_emulator.wire.errors import GoogleError, plain_error
from tools.gemini_emulator.wire.refusals import refusal

HTTP_FAULTS: frozenset[FaultName] = frozenset({"429", "503", "500", "408", "400", "403", "404", "refused"})
OTHERS_WITHOUT_RESULT: frozenset[FaultName] = frozenset(
    {"raw", "hang", "empty", "prompt-blocked", "finish", "no-image", "bad-image"}
)
NO_IMAGE = "I can describe the picture, but there is no image this time."
NO_JSON = "Sure! Here is what I think about it: ]}{ it was a dark night"
BROKEN_IMAGE = ImagePart(b"\x89PNG\r\n\x1a\n" + b"not a picture at all" * 20)
STRANGERS: list[JsonValue] = ["Zzyzx the Unmentioned", "Nobody Inparticular"]
MANY_CHARACTERS, MANY_PANELS, NESTING = 9, 40, 5000
THOUGHT = TextPart('Let me think: {"title": …}', is_thought=True)


def needs_no_answer(rule: FaultRule) -> bool:
    """Return whether the model's work can be skipped because it is not sent."""
    return rule.fault in HTTP_FAULTS | OTHERS_WITHOUT_RESULT


def damaged(answer: Answer, rule: FaultRule, model: str) -> Answer:
    """Return the answer that a rule asks for.

    Raises:
        GoogleError: the rule asks for an HTTP error.
    """
    if rule.fault in HTTP_FAULTS:
        raise _http_error(rule, model)
    damage = _DAMAGES.get(rule.fault)
    return answer if damage is None else damage(answer, rule)


def _http_error(rule: FaultRule, model: str) -> GoogleError:
    is_refusal = rule.fault == "refused"
    error = refusal(str(rule.reason), model) if is_refusal else plain_error(int(rule.fault), rule.message)
    error.retry_info = rule.retry_info or error.retry_info
    error.retry_after = rule.retry_after
    return error


def _text_in(answer: Answer) -> str:
    return "".join(part.text for part in answer.parts if isinstance(part, TextPart))


def _object_in(answer: Answer) -> dict[str, JsonValue]:
    """Return the JSON object of an answer, or an empty one if it has none."""
    try:
        value: JsonValue = json.loads(_text_in(answer))
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _text(text: str, finish_reason: str | int | None = "STOP") -> Answer:
    return Answer((TextPart(text),), finish_reason)


def _json(value: dict[str, JsonValue], indent: int | None = None) -> str:
    return json.dumps(value, ensure_ascii=False, indent=indent)


def _with_list(answer: Answer, name: str, length: int) -> Answer:
    """Return the answer with a list of another length, made of copies of its items."""
    value = _object_in(answer)
    items = value.get(name)
    first = items if isinstance(items, list) and items else [None]
    longer = [_numbered(first[index % len(first)], index) for index in range(length)]
    return _text(_json({**value, name: longer}))


def _numbered(item: JsonValue, index: int) -> JsonValue:
    if not isinstance(item, dict):
        return item
    number: dict[str, JsonValue] = {"panelNumber": index + 1} if "panelNumber" in item else {}
    name: dict[str, JsonValue] = {"name": f"{item['name']} {index + 1}"} if "name" in item else {}
    return item | number | name


def _with_strangers(answer: Answer) -> Answer:
    value = _object_in(answer)
    panels = value.get("panels")
    changed: list[JsonValue] = [
        {**panel, "characters": STRANGERS} if isinstance(panel, dict) else panel
        for panel in (panels if isinstance(panels, list) else [])
    ]
    return _text(_json({**value, "panels": changed}))


def _untitled(answer: Answer) -> Answer:
    return _text(_json({name: value for name, value in _object_in(answer).items() if name != "title"}))


def _all_thought(answer: Answer) -> Answer:
    return replace(answer, parts=tuple(replace(part, is_thought=True) for part in answer.parts))


_DAMAGES: Mapping[FaultName, Callable[[Answer, FaultRule], Answer]] = {
    "empty": lambda _, __: Answer(finish_reason=None),
    "prompt-blocked": lambda _, rule: Answer(finish_reason=None, block_reason=rule.reason),
    "finish": lambda _, rule: Answer(
        finish_reason=rule.reason, finish_message=rule.message or f"The answer ended with {rule.reason}."
    ),
    "no-image": lambda _, rule: _text(rule.message or NO_IMAGE),
    "bad-image": lambda _, __: Answer((BROKEN_IMAGE,)),
    "garbage": lambda _, rule: _text(rule.message or NO_JSON),
    "truncated": lambda answer, _: _text(_text_in(answer)[: len(_text_in(answer)) // 2], "MAX_TOKENS"),
    "wrong-shape": lambda _, __: _text(_json({"result": "ok", "notes": [1, 2, 3]})),
    "too-many-characters": lambda answer, _: _with_list(answer, "characters", MANY_CHARACTERS),
    "zero-panels": lambda answer, _: _with_list(answer, "panels", 0),
    "forty-panels": lambda answer, _: _with_list(answer, "panels", MANY_PANELS),
    "unknown-characters": lambda answer, _: _with_strangers(answer),
    "in-code-fence": lambda answer, _: _text(f"```json\n{_json(_object_in(answer), indent=2)}\n```"),
    "in-prose": lambda answer, _: _text(f"Here is {{it}} [1]:\n{_text_in(answer)}\nLet me know if I should change it."),
    "in-list": lambda answer, _: _text(f"[{_text_in(answer)}]"),
    "after-thought": lambda answer, _: replace(answer, parts=(THOUGHT, *answer.parts)),
    "trailing-commas": lambda answer, _: _text(_text_in(answer).replace("}]", "},\n]")),
    "cut-after-item": lambda answer, _: _text(_text_in(answer).rpartition("]")[0], "MAX_TOKENS"),
    "untitled": lambda answer, _: _untitled(answer),
    "nested": lambda answer, _: _text("[" * NESTING + _text_in(answer) + "]" * NESTING),
    "odd-finish": lambda answer, rule: replace(answer, finish_reason=rule.reason),
    "thought-image": lambda answer, _: _all_thought(answer),
    "several-images": lambda answer, _: replace(answer, parts=(BROKEN_IMAGE, *answer.parts, *answer.parts)),
    "usage": lambda answer, rule: replace(answer, usage=rule.usage),
}
