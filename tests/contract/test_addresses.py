"""The app or the host answers every address; the servers in between answer none."""

import pytest

from tests.support.running_app import RunningApp, refusal


@pytest.mark.parametrize("path", ["/docs", "/docs/oauth2-redirect", "/redoc", "/openapi.json"])
def test_server_of_the_worker_has_no_pages_of_its_own(app: RunningApp, path: str) -> None:
    refusal(app.http.get(path), 404, "not-found")


@pytest.mark.parametrize("path", ["/api/generations/a%0Ab", "/api/generations/a%0Ab/images/panels/0/1"])
def test_path_with_a_line_feed_reaches_the_app(app: RunningApp, path: str) -> None:
    refusal(app.http.get(path), 404, "not-found")


@pytest.mark.parametrize("path", ["/a%0Ab", "/%0A%0Ab", "/api", "/api/nothing", "/admin/nothing", "/runtime/nothing"])
def test_address_without_a_route_is_answered_by_the_host(app: RunningApp, path: str) -> None:
    answer = app.http.get(path)

    assert (answer.status_code, answer.content) == (404, b"")
