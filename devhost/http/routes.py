"""The route table: which function answers a method and a path.

As on Azure, a literal segment beats a parameter wherever two routes differ first, and a path that is served under
another method only is not found (404, not 405).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote

from devhost.functions import Function

_PARAMETER = re.compile(
    r"\{(?P<catch_all>\*{0,2})(?P<name>\w+)(?::(?P<constraint>[^{}?=]+))?(?:=[^{}?]*)?(?P<optional>\?)?\}$"
)
_CONSTRAINTS = {
    "int": re.compile(r"-?\d+$"),
    "long": re.compile(r"-?\d+$"),
    "alpha": re.compile(r"[A-Za-z]+$"),
    "bool": re.compile(r"(?i:true|false)$"),
    "guid": re.compile(r"\{?[0-9a-fA-F]{8}(-?[0-9a-fA-F]{4}){3}-?[0-9a-fA-F]{12}\}?$"),
}


class RouteError(Exception):
    """A route template cannot be served; the text names the function."""


@dataclass(frozen=True, slots=True)
class _Segment:
    text: str
    is_literal: bool
    is_optional: bool = False
    is_catch_all: bool = False
    constraint: str | None = None

    def accepts(self, value: str) -> bool:
        if self.is_literal:
            return self.text.casefold() == value.casefold()
        pattern = _CONSTRAINTS.get(self.constraint or "")
        return value != "" and (pattern is None or pattern.match(value) is not None)

    @property
    def rank(self) -> int:
        """Lower is tried first."""
        if self.is_literal:
            return 0
        return 3 if self.is_catch_all else 1 if self.constraint else 2


@dataclass(frozen=True, slots=True)
class Route:
    """An HTTP function's place: `methods` is empty when it answers any."""

    function: Function
    path: str
    methods: frozenset[str]
    auth_level: str
    segments: tuple[_Segment, ...]

    def match(self, parts: list[str]) -> dict[str, str] | None:
        """The decoded parameters when this route's template fits the path's segments."""
        parameters: dict[str, str] = {}
        for index, segment in enumerate(self.segments):
            if segment.is_catch_all:
                parameters[segment.text] = "/".join(parts[index:])
                return parameters
            if index >= len(parts):
                return parameters if all(rest.is_optional for rest in self.segments[index:]) else None
            if not segment.accepts(parts[index]):
                return None
            if not segment.is_literal:
                parameters[segment.text] = parts[index]
        return parameters if len(parts) == len(self.segments) else None


class RouteTable:
    """All routes of the app."""

    def __init__(self, functions: Iterable[Function], prefix: str) -> None:
        routes = [_route(function, prefix) for function in functions]
        #: A missing segment ranks behind any, so that longer literal paths are tried first.
        self.routes = sorted(routes, key=lambda route: [segment.rank for segment in route.segments] + [4])

    def match(self, method: str, path: str) -> tuple[Route, dict[str, str]] | None:
        """The route for a method and a (still encoded) path, with its parameters decoded."""
        parts = [unquote(part) for part in path.strip("/").split("/")] if path.strip("/") else []
        for route in self.routes:
            if route.methods and method not in route.methods:
                continue
            if (parameters := route.match(parts)) is not None:
                return route, parameters
        return None


def _route(function: Function, prefix: str) -> Route:
    trigger = function.trigger
    if trigger is None:
        raise RouteError(f"function {function.name!r} has no trigger")
    declared = trigger.values.get("route")
    template = declared if isinstance(declared, str) else function.name
    path = "/".join(part for part in (prefix, template.strip("/")) if part)
    first = path.partition("/")[0].casefold()
    if first in ("admin", "runtime"):
        raise RouteError(f"function {function.name!r}: the route {path!r} lies under /{first}, which the host reserves")
    return Route(
        function=function,
        path=path,
        methods=frozenset(method.upper() for method in trigger.texts("methods")),
        auth_level=(trigger.text("authLevel") or "FUNCTION").upper(),
        segments=tuple(_segment(text, function.name) for text in path.split("/") if text),
    )


def _segment(text: str, function_name: str) -> _Segment:
    match = _PARAMETER.match(text)
    if match is None:
        if "{" in text or "}" in text:
            raise RouteError(f"function {function_name!r}: cannot serve the route segment {text!r}")
        return _Segment(text, is_literal=True)
    return _Segment(
        match["name"],
        is_literal=False,
        is_optional=match["optional"] is not None or match["catch_all"] != "",
        is_catch_all=match["catch_all"] != "",
        constraint=match["constraint"],
    )
