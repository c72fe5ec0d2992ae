"""Whatever the address, it is the app that answers, and not the servers that carry it."""

import httpx
import pytest

from tests.contract.running_app import RunningApp


@pytest.mark.parametrize("path", ["/docs", "/docs/oauth2-redirect", "/redoc", "/openapi.json"])
def test_the_workers_server_has_no_pages_of_its_own(app: RunningApp, path: str) -> None:
    assert_not_found(app.http.get(path))


@pytest.mark.parametrize(
    "path", ["/a%0Ab", "/%0A%0Ab", "/api/generations/a%0Ab", "/api/generations/a%0Ab/images/panels/0/1"]
)
def test_a_path_with_a_line_feed_comes_to_the_app(app: RunningApp, path: str) -> None:
    assert_not_found(app.http.get(path))


def assert_not_found(answer: httpx.Response) -> None:
    assert answer.status_code == 404
    assert answer.json()["code"] == "not-found"
