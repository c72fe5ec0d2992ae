"""Turns a good answer into the broken one that a fault rule asks for.

Faults of the transport (`hang`, `cut`, `slow`, `raw`) are the server's; see `gemini_emulator.app`.
"""

from pydantic import JsonValue

from tools.gemini_emulator.control.faults import FaultName, FaultRule
from tools.gemini_emulator.control.oddities import BROKEN_IMAGE, object_in, odd, text_in, with_json
from tools.gemini_emulator.wire.answer import Answer, TextPart
from tools.gemini_emulator.wire.errors import GoogleError, plain_error
from tools.gemini_emulator.wire.refusals import refusal

HTTP_FAULTS: frozenset[FaultName] = frozenset({"429", "503", "500", "408", "400", "403", "404", "refused", "raw"})
TRANSPORT_FAULTS: frozenset[FaultName] = frozenset({"slow", "hang", "cut"})
NO_IMAGE = "I can describe the picture, but there is no image this time."
NO_JSON = "Sure! Here is what I think about it: ]}{ it was a dark night"
MANY_CHARACTERS = 9
MANY_PANELS = 40
STRANGERS = ("Zzyzx the Unmentioned", "Nobody Inparticular")


def needs_no_answer(rule: FaultRule) -> bool:
    """Tell whether the model's work can be spared because nothing of it is sent."""
    return rule.fault in HTTP_FAULTS | {"hang", "empty", "prompt-blocked", "finish", "no-image", "bad-image"}


def damaged(answer: Answer, rule: FaultRule, model: str) -> Answer:  # noqa: C901, PLR0911, PLR0912 - one line a fault
    """Return what is answered in the place of a good answer.

    Raises:
        GoogleError: the rule asks for an HTTP error.
    """
    match rule.fault:
        case "429" | "503" | "500" | "408" | "400" | "403" | "404":
            raise _with_delay(plain_error(int(rule.fault), rule.message), rule)
        case "refused":
            raise _with_delay(refusal(str(rule.reason), model), rule)
        case "empty":
            return Answer(finish_reason=None)
        case "prompt-blocked":
            return Answer(finish_reason=None, block_reason=rule.reason)
        case "finish":
            return Answer(
                finish_reason=rule.reason, finish_message=rule.message or f"The answer ended with {rule.reason}."
            )
        case "no-image":
            return Answer((TextPart(rule.message or NO_IMAGE),))
        case "bad-image":
            return Answer((BROKEN_IMAGE,))
        case "garbage":
            return Answer((TextPart(rule.message or NO_JSON),))
        case "truncated":
            text = text_in(answer)
            return Answer((TextPart(text[: len(text) // 2]),), finish_reason="MAX_TOKENS")
        case "wrong-shape":
            return with_json({"result": "ok", "notes": [1, 2, 3]})
        case "too-many-characters":
            return _with_list(answer, "characters", MANY_CHARACTERS)
        case "zero-panels":
            return _with_list(answer, "panels", 0)
        case "forty-panels":
            return _with_list(answer, "panels", MANY_PANELS)
        case "unknown-characters":
            return _with_strangers(answer)
        case "slow" | "hang" | "cut" | "raw":
            return answer
        case _:
            return odd(answer, rule)


def _with_delay(error: GoogleError, rule: FaultRule) -> GoogleError:
    error.retry_info = rule.retry_info or error.retry_info
    error.retry_after = rule.retry_after
    return error


def _with_list(answer: Answer, name: str, length: int) -> Answer:
    value = object_in(answer)
    items = value.get(name)
    first = items if isinstance(items, list) and items else [None]
    longer = [_numbered(first[index % len(first)], index) for index in range(length)]
    return with_json({**value, name: longer})


def _numbered(item: JsonValue, index: int) -> JsonValue:
    if not isinstance(item, dict):
        return item
    changes: dict[str, JsonValue] = {}
    if "panelNumber" in item:
        changes["panelNumber"] = index + 1
    if "name" in item:
        changes["name"] = f"{item['name']} {index + 1}"
    return {**item, **changes}


def _with_strangers(answer: Answer) -> Answer:
    value = object_in(answer)
    panels = value.get("panels")
    changed: list[JsonValue] = [
        {**panel, "characters": list[JsonValue](STRANGERS)} if isinstance(panel, dict) else panel
        for panel in (panels if isinstance(panels, list) else [])
    ]
    return with_json({**value, "panels": changed})
