"""Which function answers a path."""

import pytest

from devhost.functions import Binding, Function
from devhost.http.routes import RouteError, RouteTable


def _function(name: str, route: str | None = None, methods: list[str] | None = None) -> Function:
    values: dict[str, object] = {"authLevel": "ANONYMOUS"}
    if route is not None:
        values["route"] = route
    if methods is not None:
        values["methods"] = methods
    return Function(name, name, (Binding("req", "httpTrigger", values),))


def _matched(table: RouteTable, method: str, path: str) -> tuple[str, dict[str, str]] | None:
    found = table.match(method, path)
    return (found[0].function.name, found[1]) if found else None


def test_literal_segment_beats_a_parameter_whatever_the_order() -> None:
    for functions in (
        [_function("a", "x/{id}"), _function("b", "x/new")],
        [_function("b", "x/new"), _function("a", "x/{id}")],
    ):
        table = RouteTable(functions, "api")
        assert _matched(table, "GET", "/api/x/new") == ("b", {})
        assert _matched(table, "GET", "/api/x/7") == ("a", {"id": "7"})


def test_constrained_parameter_beats_a_free_one_and_accepts_only_its_kind() -> None:
    table = RouteTable([_function("free", "x/{id}"), _function("number", "x/{id:int}")], "")
    assert _matched(table, "GET", "/x/12") == ("number", {"id": "12"})
    assert _matched(table, "GET", "/x/twelve") == ("free", {"id": "twelve"})


def test_other_method_is_not_found() -> None:
    table = RouteTable([_function("a", "x", ["GET"])], "api")
    assert _matched(table, "POST", "/api/x") is None
    assert _matched(table, "HEAD", "/api/x") is None


def test_same_path_is_served_by_the_function_of_its_method() -> None:
    table = RouteTable([_function("get", "x/{id}", ["GET"]), _function("delete", "x/{id}", ["delete"])], "api")
    assert _matched(table, "GET", "/api/x/1") == ("get", {"id": "1"})
    assert _matched(table, "DELETE", "/api/x/1") == ("delete", {"id": "1"})


def test_parameters_are_decoded_once() -> None:
    table = RouteTable([_function("a", "x/{id}")], "api")
    assert _matched(table, "GET", "/api/x/caf%C3%A9%20%252F") == ("a", {"id": "café %2F"})


def test_optional_and_catch_all_segments() -> None:
    table = RouteTable([_function("optional", "x/{a}/{b?}"), _function("all", "files/{*path}")], "api")
    assert _matched(table, "GET", "/api/x/1") == ("optional", {"a": "1"})
    assert _matched(table, "GET", "/api/x/1/2") == ("optional", {"a": "1", "b": "2"})
    assert _matched(table, "GET", "/api/files/a/b.png") == ("all", {"path": "a/b.png"})


def test_route_without_a_template_is_the_functions_name_and_prefix_can_be_empty() -> None:
    assert _matched(RouteTable([_function("hello")], "api"), "PUT", "/api/hello") == ("hello", {})
    assert _matched(RouteTable([_function("home", "/")], ""), "GET", "/") == ("home", {})


def test_literals_ignore_case() -> None:
    assert _matched(RouteTable([_function("a", "Stories")], "api"), "GET", "/API/stories") == ("a", {})


@pytest.mark.parametrize("route", ["admin/x", "runtime/x"])
def test_reserved_paths_are_refused(route: str) -> None:
    with pytest.raises(RouteError, match="the host reserves"):
        RouteTable([_function("a", route)], "")


def test_template_that_cannot_be_served_is_refused() -> None:
    with pytest.raises(RouteError, match=r"x\{id\}"):
        RouteTable([_function("a", "x{id}")], "api")
