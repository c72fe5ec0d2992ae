"""Which key opens what, by HTTP_AUTH_LEVEL."""

from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest

from tests.support.running_app import START, STORY, received
from tools.devstack.processes import StartFailed
from tools.devstack.stack import AccessKeys, Stack, StackOptions

NOBODYS = "0" * 32
OF_NOBODY = f"/api/generations/{NOBODYS}"
GUARDED = [
    ("POST", START),
    ("GET", f"{START}/{NOBODYS}"),
    ("GET", OF_NOBODY),
    ("DELETE", OF_NOBODY),
    ("POST", f"{OF_NOBODY}/cancel"),
    ("POST", f"{OF_NOBODY}/retry"),
    ("POST", f"{OF_NOBODY}/panels/0/regenerate"),
    ("POST", f"{OF_NOBODY}/characters/0/regenerate"),
    ("GET", f"{OF_NOBODY}/images/panels/0/1"),
    ("GET", f"{OF_NOBODY}/export?format=zip"),
    ("POST", "/api/analyze-story"),
    ("POST", "/api/chunk-story"),
    ("POST", "/api/generate-character-refs"),
    ("POST", "/api/generate-panel"),
    ("GET", "/api/reddit?path=none"),
    ("POST", "/api/report-issue"),
]
ADMINISTRATORS = [("GET", "/api/admin/generations"), ("GET", "/api/admin/metrics")]
OPEN = [
    ("GET", "/api/health"),
    ("GET", "/api/openapi.json"),
    ("GET", "/"),
    ("GET", "/page.json"),
    ("OPTIONS", START),
]
# By the setting, empty for none: whether any key is asked for, one of functions', or the master key.
LEVELS = {"": "function", "anonymous": "anonymous", "admin": "admin"}


@dataclass(frozen=True, slots=True)
class Guarded:
    """An app that is served at a level."""

    url: str
    level: str
    keys: AccessKeys

    def status(self, method: str, path: str, key: str | None = None, *, in_query: bool = False) -> int:
        """Return the status of a request with a key."""
        headers = {"x-functions-key": key} if key is not None and not in_query else {}
        url = httpx.URL(self.url + path)
        if key is not None and in_query:
            url = url.copy_merge_params({"code": key})
        return httpx.request(method, url, headers=headers, trust_env=False, timeout=30).status_code


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    settings = {"REQUESTS_PER_MINUTE": "0"}
    options = StackOptions(tmp_path_factory.mktemp("stack"), settings=settings, keys_enforced=True)
    with Stack(options) as running:
        yield running


@pytest.fixture(scope="module", params=LEVELS, ids=lambda level: level or "unset")
def guarded(stack: Stack, request: pytest.FixtureRequest) -> Guarded:
    """The app at each level in turn."""
    assert stack.host is not None
    stack.host.stop()
    stack.start_host(HTTP_AUTH_LEVEL=request.param)
    return Guarded(stack.url, LEVELS[request.param], stack.keys())


@pytest.mark.parametrize(("method", "path"), OPEN)
def test_health_description_page_and_preflight_need_no_key(guarded: Guarded, method: str, path: str) -> None:
    for key in (None, "wrong"):
        assert guarded.status(method, path, key) != 401


@pytest.mark.parametrize(("method", "path"), GUARDED)
def test_the_rest_opens_for_the_keys_of_its_level_only(guarded: Guarded, method: str, path: str) -> None:
    keys = {None: "anonymous", "wrong": "anonymous", guarded.keys.default: "function", guarded.keys.master: "admin"}
    opens = {"anonymous": {"anonymous", "function", "admin"}, "function": {"function", "admin"}, "admin": {"admin"}}

    for key, level in keys.items():
        for in_query in (False, True):
            is_open = level in opens[guarded.level]
            assert (guarded.status(method, path, key, in_query=in_query) != 401) == is_open, (level, in_query)


@pytest.mark.parametrize(("method", "path"), ADMINISTRATORS)
def test_the_administrators_view_opens_for_the_master_key_only_at_every_level(
    guarded: Guarded, method: str, path: str
) -> None:
    others = (None, "wrong", guarded.keys.default, guarded.keys.functions["admin_metrics"])

    assert [guarded.status(method, path, key) for key in others] == [401] * 4
    assert guarded.status(method, path, guarded.keys.master) == 200


def test_the_engines_api_opens_for_its_own_key_and_the_master_key_only(guarded: Guarded) -> None:
    keys = guarded.keys
    path = "/runtime/webhooks/durabletask/instances"

    # A function's own key is one that the host does not know elsewhere.
    assert [guarded.status("GET", path, key) for key in (None, "wrong", keys.functions["generation"])] == [401] * 3
    assert guarded.status("GET", path, keys.default) == 403
    assert [guarded.status("GET", path, key) for key in (keys.durable_task, keys.master)] == [200] * 2


def test_a_functions_own_key_opens_at_most_that_function(guarded: Guarded) -> None:
    key = guarded.keys.functions["generation"]
    of_function = {"anonymous": 404, "function": 404, "admin": 401}[guarded.level]
    of_others = {"anonymous": 404, "function": 401, "admin": 401}[guarded.level]

    assert guarded.status("GET", OF_NOBODY, key) == of_function
    assert guarded.status("DELETE", OF_NOBODY, key) == of_others
    assert guarded.status("GET", f"{START}/{NOBODYS}", key) == of_others


def test_a_caller_who_is_refused_for_the_key_is_told_nothing(guarded: Guarded) -> None:
    answer = httpx.get(f"{guarded.url}{OF_NOBODY}", headers={"x-functions-key": "wrong"}, trust_env=False)

    assert (answer.content == b"") == (answer.status_code == 401) == (guarded.level != "anonymous")


def test_a_story_is_drawn_for_a_caller_with_the_key(guarded: Guarded) -> None:
    key = guarded.keys.master if guarded.level == "admin" else guarded.keys.default
    headers = {} if guarded.level == "anonymous" else {"x-functions-key": key}
    with httpx.Client(base_url=guarded.url, headers=headers, trust_env=False, timeout=60) as http:
        read = received(http.post(START, json={"story": STORY, "style": "manga", "images": "url"}))
        assert read.last["type"] == "complete"
        # The addresses in it carry no key: whoever may read the stream has one.
        image = read.of("panel")[0]["data"]["image"]
        assert http.get(image).headers["content-type"].startswith("image/")
        assert not [secret for secret in (key, guarded.keys.durable_task) if secret in str(read.messages)]


@pytest.mark.devhost
def test_a_level_that_there_is_not_keeps_the_app_from_starting_and_says_so(stack: Stack) -> None:
    assert stack.host is not None
    stack.host.stop()

    with pytest.raises(StartFailed, match=r"HTTP_AUTH_LEVEL: .*'anonymous', 'function' or 'admin'"):
        stack.start_host(HTTP_AUTH_LEVEL="everyone")
