"""Answers that hold a good result in an odd form, as models give them at times."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace

from pydantic import JsonValue

from tools.gemini_emulator.control.faults import FaultName, FaultRule
from tools.gemini_emulator.wire.answer import Answer, ImagePart, TextPart

BROKEN_IMAGE = ImagePart(b"\x89PNG\r\n\x1a\n" + b"not a picture at all" * 20)
NESTING = 5000
_THOUGHT = TextPart('Let me think: {"title": …}', is_thought=True)


def odd(answer: Answer, rule: FaultRule) -> Answer:
    """Return the answer in the form that the rule asks for."""
    match rule.fault:
        case "odd-finish":
            return replace(answer, finish_reason=rule.reason)
        case "usage":
            return replace(answer, usage=rule.usage)
        case form:
            return _FORMS[form](answer)


def text_in(answer: Answer) -> str:
    """Return the answer's text."""
    return "".join(part.text for part in answer.parts if isinstance(part, TextPart))


def object_in(answer: Answer) -> dict[str, JsonValue]:
    """Return the answer's JSON object; an image, or a text that is none, counts as an empty one."""
    try:
        value: JsonValue = json.loads(text_in(answer))
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def with_json(value: dict[str, JsonValue]) -> Answer:
    """Return an answer with this JSON object."""
    return _with_text(json.dumps(value, ensure_ascii=False))


def _with_text(text: str, finish_reason: str | int | None = "STOP") -> Answer:
    return Answer((TextPart(text),), finish_reason)


def _in_code_fence(answer: Answer) -> Answer:
    return _with_text(f"```json\n{json.dumps(object_in(answer), ensure_ascii=False, indent=2)}\n```")


def _in_prose(answer: Answer) -> Answer:
    return _with_text(f"Here is {{it}} [1]:\n{text_in(answer)}\nLet me know if I should change it.")


def _untitled(answer: Answer) -> Answer:
    return with_json({name: value for name, value in object_in(answer).items() if name != "title"})


def _all_thought(answer: Answer) -> Answer:
    return replace(answer, parts=tuple(replace(part, is_thought=True) for part in answer.parts))


_FORMS: Mapping[FaultName, Callable[[Answer], Answer]] = {
    "in-code-fence": _in_code_fence,
    "in-prose": _in_prose,
    "in-list": lambda answer: _with_text(f"[{text_in(answer)}]"),
    "after-thought": lambda answer: replace(answer, parts=(_THOUGHT, *answer.parts)),
    "trailing-commas": lambda answer: _with_text(text_in(answer).replace("}]", "},\n]")),
    "cut-after-item": lambda answer: _with_text(text_in(answer).rpartition("]")[0], finish_reason="MAX_TOKENS"),
    "untitled": _untitled,
    "nested": lambda answer: _with_text("[" * NESTING + text_in(answer) + "]" * NESTING),
    "thought-image": _all_thought,
    "several-images": lambda answer: replace(answer, parts=(BROKEN_IMAGE, *answer.parts, *answer.parts)),
}
