"""The model is called once for each result, and once more only if the host died before the result was saved."""

import asyncio
from collections import Counter

import pytest

from tests.faults.lab import MARK, STORY, Lab
from tests.faults.reader import Reader
from tests.support.running_app import START
from tests.support.waiting import async_wait_until

EACH_ONCE = Counter(
    {
        ("analysis", None): 1,
        ("chunking", None): 1,
        ("character", f"{MARK}do"): 1,
        ("character", f"{MARK}mi"): 1,
        ("panel", "1"): 1,
        ("panel", "2"): 1,
    }
)


def kinds_of(reader: Reader) -> Counter[str]:
    """Return how many results of each type a reader got."""
    return Counter(message["type"] for message in reader.results)


def assert_whole(reader: Reader) -> None:
    """Check that nothing is missing and nothing came twice."""
    assert kinds_of(reader) == {"analysis": 1, "chunks": 1, "character": 2, "panel": 2, "complete": 1}
    assert [message["seq"] for message in reader.results] == list(range(1, 8))


async def test_without_faults_the_model_is_called_once_for_each_result(lab: Lab) -> None:
    lab.serve()
    assert_whole(await lab.generate())
    assert lab.calls() == EACH_ONCE


@pytest.mark.devhost
async def test_activity_that_runs_twice_calls_the_model_once(lab: Lab) -> None:
    lab.serve(DEVHOST_DUPLICATE_ACTIVITIES="later")
    assert_whole(await lab.generate())
    assert lab.calls() == EACH_ONCE


@pytest.mark.devhost
async def test_result_that_was_saved_before_a_crash_is_not_paid_for_again(lab: Lab) -> None:
    """At every step the host dies between the end of the activity and its record: the next host runs it again."""
    lab.serve(MAX_PARALLEL_STEPS="1", DEVHOST_CRASH_AT="activity-finished:1")

    async def crash_at_every_step(_: Reader) -> None:
        for done in range(1, len(EACH_ONCE) + 1):
            await lab.until_dead()
            assert sum(lab.calls().values()) == done
            # It finishes the activity that is run again, and dies after the next one.
            lab.serve(MAX_PARALLEL_STEPS="1", DEVHOST_CRASH_AT="activity-finished:2")
        await lab.until_dead()
        lab.serve()

    assert_whole(await lab.generate(crash_at_every_step))
    assert lab.calls() == EACH_ONCE


# Each step, and how many results there are while nothing but its call is under way.
CUT_OFF = {("analysis", None): 0, ("chunking", None): 3, ("character", f"{MARK}do"): 3, ("panel", "1"): 5}


@pytest.mark.parametrize(("step", "results"), CUT_OFF.items(), ids=[kind for kind, _ in CUT_OFF])
async def test_call_that_a_crash_cut_off_is_made_once_more(
    lab: Lab, step: tuple[str, str | None], results: int
) -> None:
    lab.serve()
    kind, subject = step
    lab.emulator.fail({"kind": kind, "subject": subject, "calls": [1], "fault": "hang"})

    async def kill(reader: Reader) -> None:
        await async_wait_until(lambda: len(reader.results) == results and lab.calls()[step] == 1)
        lab.kill()
        lab.serve()

    assert_whole(await lab.generate(kill))
    assert lab.calls() == EACH_ONCE + Counter({step: 1})


@pytest.mark.devhost
async def test_concurrent_retries_of_a_start_that_crashed_begin_one_generation(lab: Lab) -> None:
    """The host dies when the start is stored and nothing has begun; all senders come back with the same key."""
    lab.serve(DEVHOST_CRASH_AT="start-committed")
    body = {"story": STORY, "style": "manga", "images": "url"}

    async with lab.client() as http:

        async def send() -> str:
            response = await http.post(START, json=body, headers={"Idempotency-Key": "one-key"})
            assert response.status_code == 200, response.text
            return response.headers["x-generation-id"]

        first = await asyncio.gather(*(send() for _ in range(5)), return_exceptions=True)
        await lab.until_dead()
        lab.serve()
        ids = await asyncio.gather(*(send() for _ in range(5)))

    assert all(isinstance(answer, Exception) for answer in first)
    assert len(set(ids)) == 1
    assert lab.calls() == EACH_ONCE
