"""Background tasks: failures are reported by name, committed work is finished, and closing ends."""

import asyncio
import logging

import pytest

from devhost.engine import background as module
from devhost.engine.background import Background


class Reports:
    """Collects fatal errors."""

    def __init__(self) -> None:
        self.reported: list[tuple[str, str]] = []

    def __call__(self, name: str, error: BaseException) -> None:
        self.reported.append((name, str(error)))


async def fail() -> None:
    raise ValueError("a bug")


async def test_task_that_fails_is_reported_with_its_name() -> None:
    reports = Reports()
    background = Background(reports)
    background.start(fail(), "queue loop")
    await asyncio.sleep(0.01)
    assert reports.reported == [("queue loop", "a bug")]


async def test_task_that_something_else_cancels_is_reported() -> None:
    reports = Reports()
    background = Background(reports)

    async def cancel_itself() -> None:
        raise asyncio.CancelledError

    background.start(cancel_itself(), "queue loop")
    await asyncio.sleep(0.01)
    assert reports.reported == [("queue loop", "")]


async def test_tasks_that_closing_cancels_are_not_reported() -> None:
    reports = Reports()
    background = Background(reports)
    background.start(asyncio.sleep(60), "queue loop")
    await asyncio.sleep(0)
    await background.close()
    assert reports.reported == []


async def test_work_is_finished_after_its_caller_is_cancelled() -> None:
    background, may_go_on, steps = Background(Reports()), asyncio.Event(), list[str]()

    async def work() -> None:
        steps.append("committed")
        await may_go_on.wait()
        steps.append("applied")

    caller = asyncio.create_task(background.finish(work(), "start"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    may_go_on.set()
    await asyncio.sleep(0.01)
    assert steps == ["committed", "applied"]


async def test_error_reaches_the_caller_and_is_not_fatal() -> None:
    reports = Reports()
    with pytest.raises(ValueError, match="a bug"):
        await Background(reports).finish(fail(), "start")
    assert reports.reported == []


async def test_failure_after_the_caller_has_gone_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    background, may_go_on = Background(Reports()), asyncio.Event()

    async def fail_later() -> None:
        await may_go_on.wait()
        raise ValueError("a bug")

    caller = asyncio.create_task(background.finish(fail_later(), "start of it"))
    await asyncio.sleep(0.01)
    caller.cancel()
    await asyncio.sleep(0)
    with caplog.at_level(logging.WARNING):
        may_go_on.set()
        await asyncio.sleep(0.01)
    assert "start of it failed after its client had disconnected: ValueError: a bug" in caplog.text


async def test_closing_does_not_wait_for_a_task_that_will_not_stop(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, "_CLOSE_TIMEOUT_S", 0.05)
    background, may_end = Background(Reports()), asyncio.Event()

    async def stubborn() -> None:
        while not may_end.is_set():
            try:
                await may_end.wait()
            except asyncio.CancelledError:
                continue

    background.start(stubborn(), "activity stubborn")
    await asyncio.sleep(0)
    async with asyncio.timeout(10):
        await background.close()
    assert "activity stubborn did not stop" in caplog.text
    may_end.set()
    await asyncio.sleep(0.01)
