"""Which access key opens which endpoint, by HTTP_AUTH_LEVEL."""

from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest

from tests.support.running_app import BODY, INSTANCES, PATIENCE_S, START, UNKNOWN_ID, received
from tools.devstack.processes import StartFailed
from tools.devstack.stack import AccessKeys, Stack, StackOptions

GENERATION = f"/api/generations/{UNKNOWN_ID}"
GUARDED = [
    ("POST", START),
    ("GET", f"{START}/{UNKNOWN_ID}"),
    ("GET", GENERATION),
    ("DELETE", GENERATION),
    ("POST", f"{GENERATION}/cancel"),
    ("POST", f"{GENERATION}/retry"),
    ("POST", f"{GENERATION}/panels/0/regenerate"),
    ("POST", f"{GENERATION}/characters/0/regenerate"),
    ("GET", f"{GENERATION}/images/panels/0/1"),
    ("GET", f"{GENERATION}/export?format=zip"),
    ("POST", "/api/analyze-story"),
    ("POST", "/api/chunk-story"),
    ("POST", "/api/generate-character-refs"),
    ("POST", "/api/generate-panel"),
    ("GET", "/api/reddit?path=none"),
    ("POST", "/api/report-issue"),
]
FOR_ADMINISTRATORS = [("GET", "/api/admin/generations"), ("GET", "/api/admin/metrics")]
OPEN = [("GET", "/api/health"), ("GET", "/api/openapi.json"), ("GET", "/"), ("GET", "/page.json"), ("OPTIONS", START)]
# The level that an endpoint needs, by the setting; without the setting it is a function key.
LEVELS = {"": "function", "anonymous": "anonymous", "admin": "admin"}


@dataclass(frozen=True, slots=True)
class Guarded:
    """An app that is served at a level."""

    http: httpx.Client
    level: str
    keys: AccessKeys

    def status(self, method: str, path: str, key: str | None = None, *, in_query: bool = False) -> int:
        """Return the status of a request with a key."""
        url = httpx.URL(path)
        if key is not None and in_query:
            return self.http.request(method, url.copy_merge_params({"code": key})).status_code
        return self.http.request(method, url, headers={"x-functions-key": key} if key else {}).status_code


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    settings = {"REQUESTS_PER_MINUTE": "0"}
    options = StackOptions(tmp_path_factory.mktemp("stack"), settings=settings, keys_enforced=True)
    with Stack(options) as running:
        yield running


@pytest.fixture(scope="module", params=LEVELS, ids=lambda level: level or "unset")
def guarded(stack: Stack, request: pytest.FixtureRequest) -> Iterator[Guarded]:
    """The app at each level in turn."""
    assert stack.host is not None
    stack.host.stop()
    stack.start_host(HTTP_AUTH_LEVEL=request.param)
    with httpx.Client(base_url=stack.url, trust_env=False, timeout=PATIENCE_S) as http:
        yield Guarded(http, LEVELS[request.param], stack.keys())


@pytest.mark.parametrize(("method", "path"), OPEN)
def test_open_endpoint_needs_no_key(guarded: Guarded, method: str, path: str) -> None:
    for key in (None, "wrong"):
        assert guarded.status(method, path, key) != 401


@pytest.mark.parametrize(("method", "path"), GUARDED)
def test_guarded_endpoint_opens_for_the_keys_of_its_level_only(guarded: Guarded, method: str, path: str) -> None:
    keys = {None: "anonymous", "wrong": "anonymous", guarded.keys.default: "function", guarded.keys.master: "admin"}
    opens = {"anonymous": {"anonymous", "function", "admin"}, "function": {"function", "admin"}, "admin": {"admin"}}

    for key, level in keys.items():
        for in_query in (False, True):
            is_open = level in opens[guarded.level]
            assert (guarded.status(method, path, key, in_query=in_query) != 401) == is_open, (level, in_query)


@pytest.mark.parametrize(("method", "path"), FOR_ADMINISTRATORS)
def test_admin_endpoint_opens_for_the_master_key_only_at_every_level(guarded: Guarded, method: str, path: str) -> None:
    others = (None, "wrong", guarded.keys.default, guarded.keys.functions["admin_metrics"])

    assert [guarded.status(method, path, key) for key in others] == [401] * 4
    assert guarded.status(method, path, guarded.keys.master) == 200


def test_engine_api_opens_for_its_own_key_and_the_master_key_only(guarded: Guarded) -> None:
    keys = guarded.keys

    # The host does not know a function's own key outside that function.
    others = (None, "wrong", keys.functions["generation"])
    assert [guarded.status("GET", INSTANCES, key) for key in others] == [401] * 3
    assert guarded.status("GET", INSTANCES, keys.default) == 403
    assert [guarded.status("GET", INSTANCES, key) for key in (keys.durable_task, keys.master)] == [200] * 2


def test_key_of_a_function_opens_at_most_that_function(guarded: Guarded) -> None:
    key = guarded.keys.functions["generation"]
    of_function = {"anonymous": 404, "function": 404, "admin": 401}[guarded.level]
    of_others = {"anonymous": 404, "function": 401, "admin": 401}[guarded.level]

    assert guarded.status("GET", GENERATION, key) == of_function
    assert guarded.status("DELETE", GENERATION, key) == of_others
    assert guarded.status("GET", f"{START}/{UNKNOWN_ID}", key) == of_others


def test_refusal_for_a_wrong_key_has_no_content(guarded: Guarded) -> None:
    answer = guarded.http.get(GENERATION, headers={"x-functions-key": "wrong"})

    assert (answer.content == b"") == (answer.status_code == 401) == (guarded.level != "anonymous")


def test_generation_with_the_right_key_completes_and_shows_no_key(guarded: Guarded) -> None:
    key = guarded.keys.master if guarded.level == "admin" else guarded.keys.default
    headers = {} if guarded.level == "anonymous" else {"x-functions-key": key}
    read = received(guarded.http.post(START, json=BODY, headers=headers))

    assert read.last["type"] == "complete"
    image = guarded.http.get(read.of("panel")[0]["data"]["image"], headers=headers)
    assert image.headers["content-type"].startswith("image/")
    assert not [secret for secret in (key, guarded.keys.durable_task) if secret in str(read.messages)]


@pytest.mark.devhost
def test_app_does_not_start_with_an_unknown_level_and_says_why(stack: Stack) -> None:
    assert stack.host is not None
    stack.host.stop()

    with pytest.raises(StartFailed, match=r"HTTP_AUTH_LEVEL: .*'anonymous', 'function' or 'admin'"):
        stack.start_host(HTTP_AUTH_LEVEL="everyone")
