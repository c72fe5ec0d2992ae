"""Reading the JSON of a text model's answer, which is not always JSON alone. Pure.

Understood: JSON between prose or in a code fence, in a list or under a name of its own, with trailing commas or line
ends inside strings, and cut off after a whole item of a list. Repair libraries were tried and are not used: json-repair
takes words of the prose for names and texts, and its time grows with the square of the length of an open string.

The time is in proportion to the length of the text, and nesting beyond `MAX_DEPTH` is never parsed.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from pydantic import BaseModel, JsonValue, ValidationError

from shared.errors import UnusableAnswer
from shared.text.clean import clean

MAX_DEPTH = 32
# How many brackets are tried as the begin of the answer, and how many values in a list or an object as the answer.
_MAX_STARTS = 20
# How many characters are read without finding JSON: to read a long text from each bracket on would take too long.
_MAX_READ_IN_VAIN = 512 * 1024
_MAX_WRAPPED = 20

_CLOSERS = {"{": "}", "[": "]"}
_OPENER = re.compile(r"[\[{]")
_OPEN_STRING = r'"(?:[^"\\]++|\\.)*+'
_TOKEN = re.compile(rf'{_OPEN_STRING}(?:"|\Z)|[\[\]{{}}]', re.DOTALL)
_STRING_OR_TRAILING_COMMA = re.compile(rf'(?P<string>{_OPEN_STRING}")|,(?=\s*+[\]}}])', re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPES = '"\\/bfnrtu'
# What may follow the last whole item without anything being lost.
_PUNCTUATION = " \t\r\n,]}`"


@dataclass(frozen=True, slots=True)
class _Found:
    """JSON text in an answer (empty: none), which was read up to `end`. `is_incomplete`: a cut-off item is left out."""

    text: str
    end: int
    is_incomplete: bool = False


def read_answer[Answer: BaseModel](text: str, shape: type[Answer], *, is_cut_off: bool = False) -> Answer:
    """Return the first JSON value in the text that has the shape, its texts cleaned.

    `is_cut_off`: the model has said that it could not finish. Then an answer that lacks an item is not taken.

    Raises:
        UnusableAnswer: there is none; it names the fields that do not fit, not their values.
    """
    faults = "no JSON object in the answer"
    for value, is_incomplete in _values(text):
        if is_incomplete and is_cut_off:
            continue
        errors: list[ValidationError] = []
        for candidate in _unwrapped(value, shape):
            try:
                return shape.model_validate(_cleaned(candidate))
            except ValidationError as exc:
                errors.append(exc)
        if errors:
            faults = _describe(errors[0])
    raise UnusableAnswer(f"not a {shape.__name__}: {faults}")


def _values(text: str) -> Iterator[tuple[JsonValue, bool]]:
    """Yield the JSON objects and lists in the text, except those inside others, and whether they are incomplete."""
    position, read_in_vain = 0, 0
    for _ in range(_MAX_STARTS):
        opener = _OPENER.search(text, position)
        if opener is None or read_in_vain > _MAX_READ_IN_VAIN:
            return
        found = _find(text, opener.start())
        value = _parsed(found.text)
        if value is not None:
            yield value, found.is_incomplete
            position = found.end
        else:
            position = opener.end()
            read_in_vain += found.end - opener.start()


def _find(text: str, start: int) -> _Found:
    """Return the JSON text that begins at a bracket; one without an end is ended after its last whole item."""
    expected: list[str] = []
    cut, cut_depth, closers = start, MAX_DEPTH, ""
    for token in _TOKEN.finditer(text, start):
        bracket = token[0]
        if bracket in _CLOSERS:
            expected.append(_CLOSERS[bracket])
            if len(expected) > MAX_DEPTH:
                return _Found("", token.end())
        elif bracket in _CLOSERS.values():
            if expected.pop() != bracket:
                return _Found("", token.end())
            if not expected:
                return _Found(text[start : token.end()], token.end())
            if bracket == "}" and expected[-1] == "]" and len(expected) <= cut_depth:
                cut, cut_depth, closers = token.end(), len(expected), "".join(reversed(expected))
    if not closers:
        return _Found("", len(text))
    return _Found(text[start:cut] + closers, len(text), is_incomplete=bool(text[cut:].strip(_PUNCTUATION)))


def _parsed(text: str) -> JsonValue:
    return _loaded(text) or _loaded(_STRING_OR_TRAILING_COMMA.sub(_mended, text))


def _loaded(text: str) -> JsonValue:
    try:
        # Not strict: a string may hold line ends and tabs.
        return json.loads(text, strict=False)
    except ValueError:
        return None


def _mended(match: re.Match[str]) -> str:
    """Return nothing for a trailing comma, and a string without the escapes that JSON does not have."""
    string = match["string"] or ""
    return _ESCAPE.sub(lambda escape: escape[0] if escape[1] in _ESCAPES else escape[1], string)


def _unwrapped(value: JsonValue, shape: type[BaseModel]) -> Iterator[JsonValue]:
    """Yield the objects that may be the answer: the value, a bare list by its name, what either of them holds."""
    if isinstance(value, dict):
        yield value
    elif len(shape.model_fields) == 1:
        yield {next(iter(shape.model_fields)): value}
    wrapped = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    yield from (item for item in islice(wrapped, _MAX_WRAPPED) if isinstance(item, dict))


def _cleaned(value: JsonValue) -> JsonValue:
    match value:
        case str():
            return clean(value)
        case list():
            return [_cleaned(item) for item in value]
        case dict():
            return {name: _cleaned(item) for name, item in value.items()}
        case _:
            return value


def _describe(error: ValidationError) -> str:
    faults = error.errors(include_input=False, include_url=False)
    return ", ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['type']}" for fault in faults[:10])
