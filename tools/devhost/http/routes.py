"""The route table: which function answers a method and a path.

As on Azure, functions are tried in alphabetical order of their names, and the first whose method and route fit wins: a
literal segment does not beat a catch-all of a function that sorts before it. A path that is served under another method
only is not found (404, not 405).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tools.devhost.functions import Function
from tools.devhost.http.templates import Segment, TemplateError, parse_template


class RouteError(Exception):
    """A route template cannot be served; the text names the function."""


@dataclass(frozen=True, slots=True)
class Route:
    """An HTTP function's place: `methods` is empty when it answers any."""

    function: Function
    path: str
    methods: frozenset[str]
    auth_level: str
    segments: tuple[Segment, ...]

    def match(self, parts: Sequence[str]) -> dict[str, str] | None:
        """Return the parameters when this route's template fits the path's segments."""
        parameters: dict[str, str] = {}
        for index, segment in enumerate(self.segments):
            value = "/".join(parts[index:]) if segment.is_catch_all else "".join(parts[index : index + 1])
            if not segment.accepts(value):
                return None
            if not segment.is_literal and (value or segment.is_catch_all):
                parameters[segment.text] = value
        has_catch_all = any(segment.is_catch_all for segment in self.segments)
        return parameters if has_catch_all or len(parts) <= len(self.segments) else None


class RouteTable:
    """All routes of the app."""

    def __init__(self, functions: Iterable[Function], prefix: str) -> None:
        routes = [_route(function, prefix) for function in functions]
        #: .NET's OrdinalIgnoreCase compares upper-case letters, so that ``_`` sorts behind all of them.
        self.routes = sorted(routes, key=lambda route: route.function.name.upper())

    def match(self, method: str, parts: Sequence[str]) -> tuple[Route, dict[str, str]] | None:
        """Return the route for a method and a path's decoded segments, with its parameters."""
        if "" in parts:
            return None
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
    try:
        segments = parse_template(path)
    except TemplateError as error:
        raise RouteError(f"function {function.name!r}: {error}") from error
    return Route(
        function=function,
        path=path,
        methods=frozenset(method.upper() for method in trigger.texts("methods")),
        auth_level=(trigger.text("authLevel") or "FUNCTION").upper(),
        segments=segments,
    )
