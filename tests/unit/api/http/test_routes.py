"""Every route of the app is reachable on the Functions host.

The host tries functions in alphabetical order of their names and takes the first whose route and method fit, so a
catch-all can hide functions that sort after it.
"""

import json
from collections.abc import Iterable
from pathlib import Path

from tests.unit.indexed_functions import indexed_functions
from tools.devhost.functions import HTTP_TRIGGER, Binding, Function
from tools.devhost.http.routes import Route, RouteTable
from tools.devhost.settings import load_host_settings

ROOT = Path(__file__).resolve().parents[4]


def test_every_route_is_reachable() -> None:
    assert hidden_functions(functions_of_the_app()) == set()


def test_no_path_fits_two_routes() -> None:
    table = table_of(functions_of_the_app())

    for route in table.routes:
        for method in route.methods:
            fitting = [other.function.name for other in table.routes if fits(other, method, example_of(route))]
            assert fitting == [route.function.name]


def test_catch_all_hides_functions_that_sort_after_it() -> None:
    page, reddit, admin = get("page", "{*path}"), get("reddit", "api/reddit"), get("admin_metrics", "api/admin/metrics")

    assert hidden_functions([page, reddit, admin]) == {"reddit"}


def functions_of_the_app() -> list[Function]:
    functions = [
        Function(str(function.get_function_name()), "", tuple(binding_of(raw) for raw in function.get_raw_bindings()))
        for function in indexed_functions()
    ]
    return [function for function in functions if function.trigger_type == HTTP_TRIGGER]


def binding_of(raw: str) -> Binding:
    values: dict[str, object] = json.loads(raw)
    return Binding(str(values["name"]), str(values["type"]), values)


def get(name: str, route: str) -> Function:
    return Function(name, "", (Binding("req", HTTP_TRIGGER, {"route": route, "methods": ["GET"]}),))


def table_of(functions: Iterable[Function]) -> RouteTable:
    return RouteTable(functions, load_host_settings(ROOT, {}).route_prefix)


def hidden_functions(functions: Iterable[Function]) -> set[str]:
    """Return the functions that are not reached by an example path of their route."""
    table = table_of(functions)
    hidden: set[str] = set()
    for route in table.routes:
        for method in route.methods:
            found = table.match(method, example_of(route))
            if found is None or found[0] is not route:
                hidden.add(route.function.name)
    return hidden


def example_of(route: Route) -> list[str]:
    """Return the segments of a path that fits the route."""
    return [segment.text if segment.is_literal else f"some-{segment.text}" for segment in route.segments]


def fits(route: Route, method: str, parts: list[str]) -> bool:
    return method in route.methods and route.match(parts) is not None
