"""No route of the app hides another one.

The host tries functions in alphabetical order of their names and takes the first whose route and method fit, so a
catch-all can hide functions that sort after it.
"""

import json
from pathlib import Path

from tests.unit.indexed_functions import indexed_functions
from tools.devhost.functions import HTTP_TRIGGER, Binding, Function
from tools.devhost.http.routes import Route, RouteTable
from tools.devhost.settings import load_host_settings

ROOT = Path(__file__).resolve().parents[4]


def test_no_path_fits_two_routes() -> None:
    table = RouteTable(functions_of_the_app(), load_host_settings(ROOT, {}).route_prefix)

    for route in table.routes:
        path = example_of(route)
        for method in route.methods:
            fitting = [other for other in table.routes if method in other.methods and other.match(path) is not None]
            assert fitting == [route]


def functions_of_the_app() -> list[Function]:
    functions = [
        Function(str(function.get_function_name()), "", tuple(binding_of(raw) for raw in function.get_raw_bindings()))
        for function in indexed_functions()
    ]
    return [function for function in functions if function.trigger_type == HTTP_TRIGGER]


def binding_of(raw: str) -> Binding:
    values: dict[str, object] = json.loads(raw)
    return Binding(str(values["name"]), str(values["type"]), values)


def example_of(route: Route) -> list[str]:
    """Return the segments of a path that fits the route."""
    return [segment.text if segment.is_literal else f"some-{segment.text}" for segment in route.segments]
