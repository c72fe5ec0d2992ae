"""Route templates as ASP.NET Core writes them: literals, ``{name}``, ``{name?}``, ``{*rest}`` and constraints.

Braces within a constraint are doubled (``{year:regex(^\\d{{4}}$)}``); a slash may stand in one. Regular expressions
are Python's here and .NET's on Azure: keep to what both understand.

Source: https://learn.microsoft.com/aspnet/core/fundamentals/routing#route-constraints
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

type Check = Callable[[str], bool]

_BRACES = r"\{(?:[^{}]|\{\{|\}\})*\}"
_SEGMENTS = re.compile(rf"(?:{_BRACES}|[^/])+")
#: A constraint's argument ends at the first bracket behind which the parameter, or its next constraint, could end.
_CONSTRAINT = r":(\w+)(?:\((.*?)\)(?=[:?]|$))?"
_PARAMETER = re.compile(rf"(?P<stars>\*{{0,2}})(?P<name>\w+)(?P<constraints>(?:{_CONSTRAINT})*)(?P<optional>\?)?")
_PATTERNS = {
    "int": re.compile(r"[+-]?\d+", re.ASCII),
    "long": re.compile(r"[+-]?\d+", re.ASCII),
    "alpha": re.compile(r"[A-Za-z]*"),
    "bool": re.compile(r"true|false", re.IGNORECASE),
    "guid": re.compile(r"\{?[0-9a-fA-F]{8}(-?[0-9a-fA-F]{4}){3}-?[0-9a-fA-F]{12}\}?"),
}


class TemplateError(Exception):
    """A template cannot be served; the text names the segment."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment of a template: a literal, or the parameter named `text`."""

    text: str
    is_literal: bool = False
    is_optional: bool = False
    is_catch_all: bool = False
    checks: tuple[Check, ...] = ()

    def accepts(self, value: str) -> bool:
        """Whether the segment matches a path's segment, or a catch-all the rest of the path. "" stands for none."""
        if self.is_literal:
            return self.text.casefold() == value.casefold()
        if not value:
            return self.is_optional or (self.is_catch_all and not self.checks)
        return all(check(value) for check in self.checks)


def parse_template(path: str) -> tuple[Segment, ...]:
    """Return the template's segments.

    Raises:
        TemplateError: a segment mixes text and parameters, or has a constraint that this host does not know.
    """
    return tuple(_segment(text) for text in _SEGMENTS.findall(path))


def _segment(text: str) -> Segment:
    if "{" not in text and "}" not in text:
        return Segment(text, is_literal=True)
    inner = text[1:-1].replace("{{", "{").replace("}}", "}")
    match = _PARAMETER.fullmatch(inner) if re.fullmatch(_BRACES, text) else None
    if match is None:
        raise TemplateError(f"cannot serve the route segment {text!r}")
    return Segment(
        match["name"],
        is_optional=match["optional"] is not None,
        is_catch_all=match["stars"] != "",
        checks=tuple(_check(text, kind, argument) for kind, argument in re.findall(_CONSTRAINT, match["constraints"])),
    )


def _check(segment: str, kind: str, argument: str) -> Check:
    if kind == "regex":
        try:
            found = re.compile(argument, re.IGNORECASE).search
        except re.error as error:
            raise TemplateError(f"{segment!r} has no regular expression that this host knows: {error}") from error
        return lambda value: found(value) is not None
    pattern = _PATTERNS.get(kind)
    if pattern is None or argument:
        raise TemplateError(f"{segment!r} has a constraint that this host does not know")
    return lambda value: pattern.fullmatch(value) is not None
