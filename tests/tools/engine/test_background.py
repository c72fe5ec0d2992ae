"""Background tasks: failures are reported with a name, and committed work is finished."""

import asyncio

import pytest

from tools.devhost.engine import background as module
from tools.devhost.engine.background import Background


class Reports(asyncio.Queue[tuple[str, str]]):
    """Collects fatal errors."""

    def __call__(self, name: str, error: BaseException) -> None:
        self.put_nowait((name, str(error)))

    async def first(self) -> tuple[str, str]:
        return await asyncio.wait_for(self.get(), 10)


async def fail() -> None:
    raise ValueError("a bug")


async def cancel(caller: asyncio.Task[None]) -> None:
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller


async def test_failed_task_is_reported_with_its_name() -> None:
    reports = Reports()
    Background(reports).start(fail(), "queue loop")
    assert await reports.first() == ("queue loop", "a bug")


async def test_task_that_cancels_itself_is_reported() -> None:
    async def cancel_itself() -> None:
        raise asyncio.CancelledError

    reports = Reports()
    Background(reports).start(cancel_itself(), "queue loop")
    assert await reports.first() == ("queue loop", "")


async def test_tasks_cancelled_by_closing_are_not_reported() -> None:
    async def wait_forever() -> None:
        await asyncio.Event().wait()

    reports = Reports()
    background = Background(reports)
    background.start(wait_forever(), "queue loop")
    await asyncio.sleep(0)
    await background.close()
    assert reports.empty()


async def test_work_is_finished_even_if_its_caller_is_cancelled() -> None:
    committed, may_go_on, applied = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def work() -> None:
        committed.set()
        await may_go_on.wait()
        applied.set()

    caller = asyncio.create_task(Background(Reports()).finish(work(), "start"))
    await committed.wait()
    await cancel(caller)
    may_go_on.set()
    await asyncio.wait_for(applied.wait(), 10)


async def test_error_reaches_the_caller_and_is_not_fatal() -> None:
    reports = Reports()
    with pytest.raises(ValueError, match="a bug"):
        await Background(reports).finish(fail(), "start")
    assert reports.empty()


async def test_failure_after_the_caller_was_cancelled_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    begun, may_go_on = asyncio.Event(), asyncio.Event()

    async def fail_later() -> None:
        begun.set()
        await may_go_on.wait()
        await fail()

    caller = asyncio.create_task(Background(Reports()).finish(fail_later(), "start of it"))
    await begun.wait()
    await cancel(caller)
    left = asyncio.all_tasks() - {asyncio.current_task()}
    may_go_on.set()
    await asyncio.wait(left)
    assert "start of it failed after its client had disconnected: ValueError: a bug" in caplog.text


async def test_closing_does_not_wait_for_a_task_that_does_not_stop(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, "_CLOSE_TIMEOUT_S", 0.05)
    background, may_end, ended = Background(Reports()), asyncio.Event(), asyncio.Event()

    async def stubborn() -> None:
        while not may_end.is_set():
            try:
                await may_end.wait()
            except asyncio.CancelledError:
                continue
        ended.set()

    background.start(stubborn(), "activity stubborn")
    await asyncio.sleep(0)
    async with asyncio.timeout(10):
        await background.close()
    assert "activity stubborn did not stop" in caplog.text
    may_end.set()
    await ended.wait()
