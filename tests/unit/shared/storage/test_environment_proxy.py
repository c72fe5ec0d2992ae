"""The environment's proxies, as curl and the SDKs' own defaults would take them."""

import pytest

from shared.storage import environment_proxy
from shared.storage.environment_proxy import proxy_for

PROXY = "http://proxy.example:3128"


@pytest.fixture(autouse=True)
def proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    environment_proxy.forget()
    for name in ("http_proxy", "https_proxy", "no_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def test_there_is_none_unless_the_environment_names_one() -> None:
    assert proxy_for("https://store.example/container") is None


def test_a_proxy_is_taken_for_its_scheme_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", PROXY)

    assert proxy_for("https://store.example/container") == PROXY
    assert proxy_for("http://store.example/container") is None


@pytest.mark.parametrize("url", ["http://127.0.0.1:10000/devstoreaccount1", "http://store.example"])
def test_a_server_that_is_excepted_is_reached_directly(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("HTTP_PROXY", PROXY)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,.example")

    assert proxy_for(url) is None
    assert proxy_for("http://elsewhere.test") == PROXY
