"""Which function answers a method and a path."""

import pytest

from tools.devhost.functions import Binding, Function
from tools.devhost.http.addresses import is_served_here, path_segments
from tools.devhost.http.routes import RouteError, RouteTable

NO_API = "{*path:regex(^(?!(api|admin|runtime)(/|$)).*$)}"


def _function(name: str, route: str | None = None, methods: list[str] | None = None) -> Function:
    values: dict[str, object] = {"authLevel": "ANONYMOUS"}
    if route is not None:
        values["route"] = route
    if methods is not None:
        values["methods"] = methods
    return Function(name, name, (Binding("req", "httpTrigger", values),))


def _matched(table: RouteTable, method: str, path: str) -> tuple[str, dict[str, str]] | None:
    found = table.match(method, path_segments(path))
    return (found[0].function.name, found[1]) if found else None


def _accepts(route: str, path: str) -> bool:
    return _matched(RouteTable([_function("a", route)], ""), "GET", path) is not None


def test_functions_are_tried_in_alphabetical_order_of_their_names() -> None:
    table = RouteTable([_function("b_literal", "x/new"), _function("A_parameter", "x/{id}")], "api")
    assert _matched(table, "GET", "/api/x/new") == ("A_parameter", {"id": "new"})


def test_underscore_sorts_after_all_letters() -> None:
    table = RouteTable([_function("page_files", "{*path}"), _function("pages", "{*path}")], "")
    assert _matched(table, "GET", "/x") == ("pages", {"path": "x"})


def test_catch_all_hides_routes_of_functions_that_sort_after_it() -> None:
    table = RouteTable([_function("page", "{*path}", ["GET"]), _function("reddit", "api/reddit", ["GET"])], "")
    assert _matched(table, "GET", "/api/reddit") == ("page", {"path": "api/reddit"})


def test_function_with_another_method_is_skipped() -> None:
    table = RouteTable([_function("all", "{*path}", ["OPTIONS"]), _function("one", "x", ["GET"])], "")
    assert _matched(table, "GET", "/x") == ("one", {})


def test_catch_all_with_a_regex_matches_only_matching_paths() -> None:
    table = RouteTable([_function("files", NO_API), _function("page", "/")], "")
    assert _matched(table, "GET", "/assets/main.js") == ("files", {"path": "assets/main.js"})
    assert _matched(table, "GET", "/apis") == ("files", {"path": "apis"})
    for path in ("/api", "/api/", "/api/nothing", "/API/nothing", "/admin/x", "/runtime/webhooks/x", "/%61pi/x"):
        assert _matched(table, "GET", path) is None, path


def test_catch_all_with_a_constraint_does_not_match_the_root() -> None:
    assert not _accepts(NO_API, "/")
    assert _accepts("{*path}", "/")
    assert _accepts("/", "/")


@pytest.mark.parametrize(
    ("route", "taken", "refused"),
    [
        ("{x:int}", "/-12", "/1.5"),
        ("{x:long}", "/12", "/twelve"),
        ("{x:alpha}", "/abc", "/abc1"),
        ("{x:bool}", "/True", "/yes"),
        ("{x:guid}", "/00000000-0000-0000-0000-000000000000", "/0000"),
        (r"{x:regex(^\d{{4}}$)}", "/2026", "/202"),
        ("{x:regex(^(a|(b|c)d)$)}", "/cd", "/c"),
        ("{*x:regex(^a/b$)}", "/a/b", "/a"),
        ("{x:int:regex(^1)}", "/12", "/21"),
        ("{x:regex(^1):int}", "/12", "/1x"),
        ("y/{x:int?}", "/y", "/y/z"),
    ],
)
def test_constraint_matches_only_its_type(route: str, taken: str, refused: str) -> None:
    assert _accepts(route, taken)
    assert not _accepts(route, refused)


def test_methods_of_one_path_can_have_different_functions() -> None:
    table = RouteTable([_function("get", "x/{id}", ["GET"]), _function("delete", "x/{id}", ["delete"])], "api")
    assert _matched(table, "GET", "/api/x/1") == ("get", {"id": "1"})
    assert _matched(table, "DELETE", "/api/x/1") == ("delete", {"id": "1"})
    assert _matched(table, "POST", "/api/x/1") is None
    assert _matched(table, "HEAD", "/api/x/1") is None


def test_parameters_are_decoded_once_and_keep_an_encoded_slash() -> None:
    table = RouteTable([_function("a", "x/{id}")], "api")
    assert _matched(table, "GET", "/api/x/caf%C3%A9%20%252F%2f") == ("a", {"id": "café %2F%2f"})


def test_optional_and_catch_all_segments_match() -> None:
    table = RouteTable([_function("optional", "x/{a}/{b?}"), _function("all", "files/{*path}")], "api")
    assert _matched(table, "GET", "/api/x/1") == ("optional", {"a": "1"})
    assert _matched(table, "GET", "/api/x/1/2") == ("optional", {"a": "1", "b": "2"})
    assert _matched(table, "GET", "/api/x/1/2/3") is None
    assert _matched(table, "GET", "/api/files/a/b.png") == ("all", {"path": "a/b.png"})
    assert _matched(table, "GET", "/api/files") == ("all", {"path": ""})


def test_default_route_is_the_function_name_and_the_prefix_may_be_empty() -> None:
    assert _matched(RouteTable([_function("hello")], "api"), "PUT", "/api/hello") == ("hello", {})
    assert _matched(RouteTable([_function("home", "/")], ""), "GET", "/") == ("home", {})


def test_literals_ignore_case_and_a_trailing_slash() -> None:
    table = RouteTable([_function("a", "Stories")], "api")
    assert _matched(table, "GET", "/API/stories") == ("a", {})
    assert _matched(table, "GET", "/api/stories/") == ("a", {})


@pytest.mark.parametrize("path", ["//x", "/x//", "/x//y"])
def test_double_slash_matches_no_route(path: str) -> None:
    assert not _accepts("{*path}", path)


@pytest.mark.parametrize("path", ["/files/../x", "/%2e%2e/x", "/./x", "/a/b/%2E./../x"])
def test_dot_segments_are_removed_before_routing(path: str) -> None:
    assert path_segments(path) == ["x"]


@pytest.mark.parametrize(
    "target", ["/x%00", "http://other.example/x", "http://comics.example:1/x", "http://a@comics.example/x", "x", "*"]
)
def test_url_of_another_server_or_with_a_null_is_refused(target: str) -> None:
    assert not is_served_here(target, "comics.example")


@pytest.mark.parametrize("target", ["/x", "/x?a=%00", "//x", "http://Comics.example/x?a=1"])
def test_url_of_this_server_is_accepted(target: str) -> None:
    assert is_served_here(target, "comics.example")


@pytest.mark.parametrize("route", ["admin/x", "runtime/x"])
def test_reserved_paths_are_refused(route: str) -> None:
    with pytest.raises(RouteError, match="the host reserves"):
        RouteTable([_function("a", route)], "")


@pytest.mark.parametrize("route", ["x{id}", "{id:date}", "{id:int(5)}", "{id:regex([)}", "{id:regex(^a{3}$)}"])
def test_unsupported_template_is_refused(route: str) -> None:
    with pytest.raises(RouteError, match="function 'a'"):
        RouteTable([_function("a", route)], "")
