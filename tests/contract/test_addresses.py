"""Which addresses the app answers, and which the host: never the servers in between."""

import httpx
import pytest

from tests.support.running_app import RunningApp


@pytest.mark.parametrize("path", ["/docs", "/docs/oauth2-redirect", "/redoc", "/openapi.json"])
def test_the_workers_server_has_no_pages_of_its_own(app: RunningApp, path: str) -> None:
    assert_not_found(app.http.get(path))


@pytest.mark.parametrize("path", ["/api/generations/a%0Ab", "/api/generations/a%0Ab/images/panels/0/1"])
def test_a_path_with_a_line_feed_comes_to_the_app(app: RunningApp, path: str) -> None:
    assert_not_found(app.http.get(path))


@pytest.mark.parametrize("path", ["/a%0Ab", "/%0A%0Ab", "/api", "/api/nothing", "/admin/nothing", "/runtime/nothing"])
def test_an_address_that_no_route_takes_is_answered_by_the_host(app: RunningApp, path: str) -> None:
    answer = app.http.get(path)

    assert (answer.status_code, answer.content) == (404, b"")


def assert_not_found(answer: httpx.Response) -> None:
    assert answer.status_code == 404
    assert answer.json()["code"] == "not-found"
