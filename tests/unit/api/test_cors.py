"""Which other sites' pages may read answers."""

import pytest

from api.cors import cors_headers, preflight_headers
from shared.settings import load_settings
from tests.unit.api.http_requests import http_request

SITE = "https://comics.example"
FROM_SITE = http_request(headers={"origin": SITE})


def test_none_may_by_default() -> None:
    assert cors_headers(FROM_SITE, load_settings({})) == {}
    assert preflight_headers(FROM_SITE, load_settings({})) == {}


def test_a_site_that_is_named_may_and_caches_keep_sites_apart() -> None:
    settings = load_settings({"CORS_ALLOWED_ORIGINS": f"https://other.example, {SITE}"})

    headers = cors_headers(FROM_SITE, settings)

    assert headers["Access-Control-Allow-Origin"] == SITE
    assert headers["Vary"] == "Origin"
    assert "X-Generation-Id" in headers["Access-Control-Expose-Headers"]
    assert "Access-Control-Allow-Credentials" not in headers
    assert "x-functions-key" in preflight_headers(FROM_SITE, settings)["Access-Control-Allow-Headers"]


@pytest.mark.parametrize(
    "origin", ["https://comics.example.evil", "http://comics.example", "https://comics.example:444", "null", ""]
)
def test_a_site_that_only_looks_like_it_may_not(origin: str) -> None:
    settings = load_settings({"CORS_ALLOWED_ORIGINS": SITE})

    assert cors_headers(http_request(headers={"origin": origin}), settings) == {}


def test_a_star_allows_all() -> None:
    settings = load_settings({"CORS_ALLOWED_ORIGINS": "*"})

    assert cors_headers(FROM_SITE, settings)["Access-Control-Allow-Origin"] == "*"


def test_a_request_of_no_page_gets_no_such_headers() -> None:
    assert cors_headers(http_request(), load_settings({"CORS_ALLOWED_ORIGINS": "*"})) == {}
