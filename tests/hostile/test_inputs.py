"""A hostile input gets the refusal that the contract has for it, and nothing comes of it."""

import json
from collections import Counter

import pytest

from shared.images.check import ImageLimits
from shared.images.normalized import normalize_image
from tests.hostile.bodies import BODIES
from tests.hostile.fields import FIELDS
from tests.hostile.heads import HEADS
from tests.hostile.inputs import INPUTS
from tests.hostile.paths import PATHS
from tests.hostile.pictures import MAX_IMAGE_BYTES, PICTURES, WHOLE
from tests.hostile.target import Target
from tests.hostile.wire import Answer, HostileInput
from tools.devstack.host_program import is_devhost

SIGNS_OF_OUR_INSIDES = (b"Traceback", b'File "', b".py", b"/site-packages/", b"pydantic", b"<html")


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("name", INPUTS)
async def test_a_hostile_input_is_refused_and_nothing_comes_of_it(target: Target, name: str) -> None:
    hostile = INPUTS[name]
    before = await target.traces()

    try:
        answer = target.send(hostile)
    except TimeoutError:
        assert hostile.on_azure == "none"
        assert not is_devhost()
    else:
        assert_refused(answer, hostile)
    assert await target.traces() == before


def assert_refused(answer: Answer, hostile: HostileInput) -> None:
    assert answer.status in (hostile.status, hostile.on_azure), answer.body
    assert answer.rest == b"", "a second answer came"
    assert not [sign for sign in SIGNS_OF_OUR_INSIDES if sign in answer.body], answer.body
    if hostile.code is not None and answer.status == hostile.status:
        assert_told_as_agreed(answer, hostile)


def assert_told_as_agreed(answer: Answer, hostile: HostileInput) -> None:
    """Hold an error to its shape: a sentence, a code, and the broken fields if there are any."""
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    body = json.loads(answer.body)
    assert body.keys() <= {"error", "code", "details"}
    assert body["code"] == hostile.code
    assert body["error"].endswith(".")
    details = body.get("details", [])
    assert tuple(problem["field"] for problem in details) == hostile.fields
    assert all(problem["message"].endswith(".") for problem in details)
    assert ("retry-after" in answer.headers) == (answer.status == 429)
    assert ("x-ratelimit-limit" in answer.headers) == (answer.status == 429)


def test_the_table_is_long_and_names_each_input_once() -> None:
    names = Counter(hostile.name for hostile in BODIES + FIELDS + PICTURES + PATHS + HEADS)

    assert len(INPUTS) >= 100
    assert [name for name, count in names.items() if count > 1] == []
    assert {hostile.code for hostile in INPUTS.values()} >= {
        "invalid-input",
        "request-too-large",
        "unsupported-media-type",
        "not-found",
        "idempotency-key-reused",
        "already-ended",
        "nothing-to-do",
        "rate-limited",
    }


@pytest.mark.parametrize("name", WHOLE)
def test_a_picture_that_nothing_is_wrong_with_is_taken(name: str) -> None:
    assert normalize_image(WHOLE[name], ImageLimits(MAX_IMAGE_BYTES, max_pixels=10_000)).content


def test_the_app_goes_on_as_before(target: Target) -> None:
    """Whatever was sent until now, stories are still drawn, and the first one is as it was."""
    assert target.app.generate().last["type"] == "complete"
    assert target.app.follow(target.generation_id).last["type"] == "complete"
