"""No work that takes longer for a larger body is done on the event loop."""

import threading
from collections.abc import Callable

import pytest
from pydantic import JsonValue

from api.requests import body
from api.requests.body import digest_of, read_json, validate_body
from shared.models.http.requests import GenerateMangaRequest
from shared.settings import load_settings
from tests.support.fakes.pictures import png_url
from tests.unit.api.http_requests import json_request
from tests.unit.api.requests.test_body import room

SETTINGS = load_settings({})


class ThreadRecorder:
    """Wraps functions and records the threads that they run on."""

    def __init__(self) -> None:
        self.threads: list[threading.Thread] = []

    def wrap[**Arguments, Result](self, function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
        def recorded(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
            self.threads.append(threading.current_thread())
            return function(*args, **kwargs)

        return recorded

    @property
    def ran_elsewhere(self) -> bool:
        return bool(self.threads) and threading.current_thread() not in self.threads

    @property
    def ran_on_the_few_threads(self) -> bool:
        """Whether it ran where only two large bodies are processed at a time."""
        return all(thread.name.startswith("request-body") for thread in self.threads)


@pytest.fixture
def recorder() -> ThreadRecorder:
    return ThreadRecorder()


@pytest.mark.parametrize(("size", "is_large"), [(1, False), (1_000_000, True)])
async def test_json_is_parsed_on_another_thread_and_small_bodies_do_not_wait_for_large_ones(
    recorder: ThreadRecorder, monkeypatch: pytest.MonkeyPatch, size: int, *, is_large: bool
) -> None:
    monkeypatch.setattr(body, "from_json", recorder.wrap(body.from_json))

    await read_json(json_request(b'"' + b"x" * size + b'"'), SETTINGS, room())

    assert recorder.ran_elsewhere
    assert recorder.ran_on_the_few_threads == is_large


@pytest.mark.parametrize("references", [[], [{"name": "Mira", "image": png_url()}]])
async def test_body_is_validated_on_another_thread_and_text_does_not_wait_for_images(
    recorder: ThreadRecorder, monkeypatch: pytest.MonkeyPatch, references: list[JsonValue]
) -> None:
    monkeypatch.setattr(body, "validate", recorder.wrap(body.validate))
    value: JsonValue = {"story": "Mira.", "style": "manga", "uploadedCharacterReferences": references}

    await validate_body(GenerateMangaRequest, value, SETTINGS)

    assert recorder.ran_elsewhere
    assert recorder.ran_on_the_few_threads == bool(references)


async def test_digest_is_computed_on_another_thread(recorder: ThreadRecorder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body.json, "dumps", recorder.wrap(body.json.dumps))

    assert await digest_of({"a": 1, "b": 2}) == await digest_of({"b": 2, "a": 1})
    assert recorder.ran_elsewhere
