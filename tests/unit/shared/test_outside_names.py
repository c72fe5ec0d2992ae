"""Settings for external hosts, and their keys."""

import pytest

from shared.errors import NotConfigured
from shared.settings import load_settings


@pytest.mark.parametrize(
    "url", ["https://ghe.example.org/api/v3", "http://127.0.0.1:8080", "http://localhost:1", "http://[::1]:1"]
)
def test_trailing_slash_of_a_host_url_is_removed(url: str) -> None:
    assert load_settings({"GITHUB_API_URL": url}).github_api_url == url
    assert load_settings({"GITHUB_API_URL": f"{url}/"}).github_api_url == url


@pytest.mark.parametrize(
    "url",
    [
        "api.github.com",
        "//api.github.com",
        "ftp://api.github.com",
        "file:///etc/passwd",
        "https://",
        "https://user:password@api.github.com",
        "https://api.github.com?x=1",
        "https://api.github.com#x",
        "http://api.github.com",
        "http://169.254.169.254",
        "https://[",
    ],
)
@pytest.mark.parametrize("name", ["GITHUB_API_URL", "REDDIT_BASE_URL", "REDDIT_API_URL"])
def test_url_that_would_expose_keys_is_refused(name: str, url: str) -> None:
    with pytest.raises(NotConfigured, match=name):
        load_settings({name: url})


@pytest.mark.parametrize("repository", ["owner/name", "o/n", "some-one_corp/story.to_manga-2"])
def test_valid_repository_is_accepted(repository: str) -> None:
    assert load_settings({"GITHUB_REPOSITORY": repository}).github_repository == repository


@pytest.mark.parametrize(
    "repository",
    [
        "name",
        "owner/",
        "/name",
        "a/b/c",
        "owner/..",
        "owner/.",
        "../name",
        "o wner/name",
        "owner/name\n",
        "owner/na?me",
    ],
)
def test_invalid_repository_is_refused(repository: str) -> None:
    with pytest.raises(NotConfigured, match="GITHUB_REPOSITORY"):
        load_settings({"GITHUB_REPOSITORY": repository})


def test_key_may_end_with_a_newline() -> None:
    token = load_settings({"GITHUB_TOKEN": "a-key\r\n"}).github_token

    assert token is not None
    assert token.get_secret_value() == "a-key"


@pytest.mark.parametrize("key", ["two words", "two\nlines", "schlüssel", " "])
def test_key_that_is_invalid_in_a_header_is_refused_without_being_shown(key: str) -> None:
    with pytest.raises(NotConfigured, match="GITHUB_TOKEN") as refused:
        load_settings({"GITHUB_TOKEN": key})

    assert key.strip() == "" or key not in str(refused.value)


def test_keys_are_hidden_in_the_repr_of_settings() -> None:
    names = ("GITHUB_TOKEN", "REDDIT_CLIENT_ID", "REDDIT_CLIENT_SECRET")

    assert "hunter2" not in repr(load_settings(dict.fromkeys(names, "hunter2")))


@pytest.mark.parametrize("missing", ["REDDIT_CLIENT_ID", "REDDIT_CLIENT_SECRET"])
def test_incomplete_reddit_credentials_are_ignored(missing: str) -> None:
    environ = {"REDDIT_CLIENT_ID": "x", "REDDIT_CLIENT_SECRET": "y", missing: ""}

    assert load_settings(environ).reddit_credentials is None
