"""A hostile input gets the refusal that the contract has for it, starts nothing and stores nothing."""

import json
from collections import Counter

import pytest

from shared.images.check import ImageLimits
from shared.images.normalized import normalize_image
from tests.hostile.bodies import BODIES, MAX_REQUEST_BYTES
from tests.hostile.fields import FIELDS
from tests.hostile.heads import HEADS
from tests.hostile.lettering import LETTERING
from tests.hostile.paths import PATHS
from tests.hostile.pictures import MAX_IMAGE_BYTES, PICTURES, WHOLE
from tests.hostile.target import Target
from tests.hostile.wire import Answer, HostileInput
from tools.devstack.host_program import is_devhost

ALL_INPUTS = BODIES + FIELDS + LETTERING + PICTURES + PATHS + HEADS
INPUTS = {hostile.name: hostile for hostile in ALL_INPUTS}
SIGNS_OF_OUR_INSIDES = (b"Traceback", b'File "', b".py", b"/site-packages/", b"pydantic", b"<html")


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("name", INPUTS)
async def test_hostile_input_is_refused_and_leaves_nothing_behind(target: Target, name: str) -> None:
    hostile = INPUTS[name]
    before = target.traces

    try:
        answer = target.send(hostile)
    except TimeoutError:
        assert hostile.on_azure == "none"
        assert not is_devhost()
    else:
        assert_refused(answer, hostile)
    assert await target.look() == before


def assert_refused(answer: Answer, hostile: HostileInput) -> None:
    assert answer.status in (hostile.status, hostile.on_azure), answer.body
    assert answer.rest == b"", "a second answer came"
    assert not [sign for sign in SIGNS_OF_OUR_INSIDES if sign in answer.body], answer.body
    if hostile.code is not None and answer.status == hostile.status:
        assert_error_of_the_contract(answer, hostile)


def assert_error_of_the_contract(answer: Answer, hostile: HostileInput) -> None:
    """Check the form of an error: a sentence, a code, and the broken fields if there are any."""
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    body = json.loads(answer.body)
    if hostile.code == "request-too-large":
        assert str(MAX_REQUEST_BYTES) in body["error"]
    assert body.keys() <= {"error", "code", "details"}
    assert body["code"] == hostile.code
    assert body["error"].endswith(".")
    details = body.get("details", [])
    assert tuple(problem["field"] for problem in details) == hostile.fields
    assert all(problem["message"].endswith(".") for problem in details)
    assert ("retry-after" in answer.headers) == (answer.status == 429)
    assert ("x-ratelimit-limit" in answer.headers) == (answer.status == 429)


def test_names_are_unique_and_every_kind_of_refusal_is_tested() -> None:
    names = Counter(hostile.name for hostile in ALL_INPUTS)

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
        "lettering-is-drawn",
        "lettering-changed",
    }


@pytest.mark.parametrize("name", WHOLE)
def test_valid_picture_is_accepted(name: str) -> None:
    assert normalize_image(WHOLE[name], ImageLimits(MAX_IMAGE_BYTES, max_pixels=10_000)).content


def test_app_still_works_after_all_hostile_inputs(target: Target) -> None:
    assert target.app.generate().last["type"] == "complete"
    assert target.app.follow(target.generation_id).last["type"] == "complete"
