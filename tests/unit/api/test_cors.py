"""CORS headers."""

import pytest
from azurefunctions.extensions.http.fastapi import Request

from api.cors import cors_headers, preflight_headers
from shared.settings import Settings, load_settings
from tests.unit.api.http_requests import http_request

SITE, OTHER_SITE = "https://manga.example", "https://else.example"


def allowing(origins: str) -> Settings:
    return load_settings({"CORS_ALLOWED_ORIGINS": origins})


def from_page(origin: str | None) -> Request:
    return http_request(headers={} if origin is None else {"Origin": origin})


@pytest.mark.parametrize("origin", [None, SITE, "null", "*", ""])
def test_no_site_is_allowed_by_default(origin: str | None) -> None:
    assert cors_headers(from_page(origin), allowing("")) == {}
    assert preflight_headers(from_page(origin), allowing("")) == {}


@pytest.mark.parametrize("origins", [SITE, f"{OTHER_SITE}, {SITE}", f" {SITE} ,"])
def test_listed_site_may_read_answers(origins: str) -> None:
    headers = cors_headers(from_page(SITE), allowing(origins))

    assert headers["Access-Control-Allow-Origin"] == SITE
    assert headers["Vary"] == "Origin"
    assert {"X-Generation-Id", "Retry-After", "ETag"} <= set(headers["Access-Control-Expose-Headers"].split(", "))
    assert "Access-Control-Allow-Credentials" not in headers


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "",
        "null",
        OTHER_SITE,
        "http://manga.example",
        "https://manga.example:8443",
        "https://manga.example.evil.example",
        "https://evil.example/https://manga.example",
        "https://xmanga.example",
        "https://MANGA.example",
    ],
)
def test_site_that_is_not_listed_exactly_is_not_allowed(origin: str | None) -> None:
    assert cors_headers(from_page(origin), allowing(SITE)) == {"Vary": "Origin"}
    assert preflight_headers(from_page(origin), allowing(f"{SITE},,")) == {}


def test_star_allows_any_site() -> None:
    for origin in (OTHER_SITE, "null", None):
        headers = cors_headers(from_page(origin), allowing(f"{SITE}, *"))
        assert headers["Access-Control-Allow-Origin"] == "*"
        assert "Vary" not in headers


def test_preflight_lists_methods_and_headers() -> None:
    headers = preflight_headers(from_page(SITE), allowing(SITE))

    assert headers["Access-Control-Allow-Origin"] == SITE
    assert set(headers["Access-Control-Allow-Methods"].split(", ")) == {"GET", "POST", "PUT", "DELETE"}
    allowed = {name.lower() for name in headers["Access-Control-Allow-Headers"].split(", ")}
    assert {"content-type", "idempotency-key", "x-functions-key", "if-none-match"} <= allowed
    assert int(headers["Access-Control-Max-Age"]) > 0
