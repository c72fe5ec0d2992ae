"""Answers that hold a good result in an odd form, as models give them at times."""

import json
from dataclasses import replace

from pydantic import JsonValue

from gemini_emulator.control.faults import FaultRule
from gemini_emulator.wire.answer import Answer, ImagePart, TextPart

BROKEN_IMAGE = ImagePart(b"\x89PNG\r\n\x1a\n" + b"not a picture at all" * 20)
NESTING = 5000


def odd(answer: Answer, rule: FaultRule) -> Answer:  # noqa: C901, PLR0911, PLR0912 - one line a form
    """Return the answer in the form that the rule asks for."""
    match rule.fault:
        case "in-code-fence":
            return _with_text(f"```json\n{json.dumps(object_in(answer), ensure_ascii=False, indent=2)}\n```")
        case "in-prose":
            return _with_text(f"Here is {{it}} [1]:\n{text_in(answer)}\nLet me know if I should change it.")
        case "in-list":
            return _with_text(f"[{text_in(answer)}]")
        case "after-thought":
            return replace(answer, parts=(TextPart('Let me think: {"title": …}', is_thought=True), *answer.parts))
        case "trailing-commas":
            return _with_text(text_in(answer).replace("}]", "},\n]"))
        case "cut-after-item":
            return _with_text(text_in(answer).rpartition("]")[0], finish_reason="MAX_TOKENS")
        case "untitled":
            return with_json({name: value for name, value in object_in(answer).items() if name != "title"})
        case "nested":
            return _with_text("[" * NESTING + text_in(answer) + "]" * NESTING)
        case "odd-finish":
            return replace(answer, finish_reason=rule.reason)
        case "thought-image":
            return replace(answer, parts=tuple(replace(part, is_thought=True) for part in answer.parts))
        case "several-images":
            return replace(answer, parts=(BROKEN_IMAGE, *answer.parts, *answer.parts))
        case "usage":
            return replace(answer, usage=rule.usage)
        case _:
            raise AssertionError(f"{rule.fault} is no form of a good answer")


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
