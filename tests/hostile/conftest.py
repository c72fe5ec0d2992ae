"""The app as it is served: its keys are enforced, and only the second host counts requests."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.hostile.bodies import MAX_REQUEST_BYTES
from tests.hostile.heads import USED_KEY
from tests.hostile.pictures import MAX_IMAGE_BYTES
from tests.hostile.target import Target
from tests.support.another_host import another_host
from tests.support.outside_world import OutsideWorld
from tests.support.running_app import running_app, store_of
from tests.support.unlimited import NO_LIMITS
from tools.devstack.stack import Stack, StackOptions

LIMITS = {"MAX_REQUEST_BYTES": str(MAX_REQUEST_BYTES), "MAX_IMAGE_BYTES": str(MAX_IMAGE_BYTES)}


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def target(tmp_path_factory: pytest.TempPathFactory, session_outside: OutsideWorld) -> AsyncIterator[Target]:
    """The app with two complete generations, for the whole session."""
    outside = session_outside.settings
    settings = {**outside, **LIMITS, **NO_LIMITS}
    options = StackOptions(tmp_path_factory.mktemp("stack"), settings=settings, keys_enforced=True)
    counting = {**outside, "REQUESTS_PER_MINUTE": "1"}
    with (
        Stack(options) as stack,
        running_app(stack) as app,
        another_host(stack, tmp_path_factory.mktemp("another-host"), **counting) as limited,
    ):
        app.http.headers["x-functions-key"] = stack.keys().master
        read = app.generate(headers={"Idempotency-Key": USED_KEY})
        async with store_of(stack) as blobs:
            lettered = app.generate(lettering="text")
            made = Target(app, blobs, limited, session_outside, read.generation_id, lettered.generation_id)
            await made.look()
            yield made
