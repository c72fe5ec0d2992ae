"""Functions that raise CancelledError or SystemExit."""

import asyncio
from pathlib import Path

import pytest

from tools.devhost.functions import Function
from tools.devhost.worker import runtime
from tools.devhost.worker.worker import Worker

FUNCTION = Function("act", "id", ())


@pytest.mark.parametrize("error", [asyncio.CancelledError(), SystemExit(0)])
async def test_function_that_raises_a_base_exception_fails(
    monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    async def raise_it(_: object) -> None:
        raise error

    monkeypatch.setattr(runtime, "invoke", raise_it)
    invocation = await Worker(Path()).invoke(FUNCTION, [])
    assert invocation.error == f"the function ended with {type(error).__name__}"


async def test_cancelled_call_raises_cancelled_error(monkeypatch: pytest.MonkeyPatch) -> None:
    async def wait(_: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(runtime, "invoke", wait)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await Worker(Path()).invoke(FUNCTION, [])
