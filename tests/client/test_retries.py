"""Retries of streams, lookups and downloads, and the arithmetic of their delays."""

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

import httpx
import pytest

from client import ComingBack, ConnectionLost, MangaClient, Patience, Refused, Unreachable
from client.answers import retry_after_s
from client.retries import Retries
from shared.models.http.requests import GenerateMangaRequest
from tests.client.comics import GENERATION_ID, lines_of, whole_comic
from tests.client.conftest import QUICK
from tests.client.scripted_app import FREE, PDF_FILE, ScriptedApp, Turn, json_turn, refusal

SHORT = replace(QUICK, unreachable_after_s=0.2, lost_after_s=0.2)
REQUEST = GenerateMangaRequest(story="The lamp went out.", style="manga")


@dataclass(frozen=True)
class Call:
    """A call that the client retries, and the app's answer to it."""

    send: Callable[[MangaClient], Awaitable[object]]
    answer: Turn


CALLS = {
    "state": Call(lambda client: client.generation(GENERATION_ID), json_turn({"status": "running", "lastSeq": 0})),
    "estimate": Call(lambda client: client.estimate(REQUEST), json_turn(FREE)),
    "admin": Call(lambda client: client.admin_generations(), json_turn({"generations": []})),
    "export": Call(lambda client: client.export(GENERATION_ID, "pdf"), PDF_FILE),
    "stream": Call(lambda client: anext(client.generate(REQUEST)), Turn(lines_of(whole_comic()))),
}
every_call = pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())


def script(app: ScriptedApp, *turns: Turn) -> None:
    """Script the answers to any of the calls."""
    for answers in (app.turns, app.estimates, app.looks, app.exports):
        answers.extend(turns)


@every_call
async def test_call_is_repeated_until_it_is_answered(
    app: ScriptedApp, client: MangaClient, reported: list[ComingBack], call: Call
) -> None:
    script(app, refusal(503, Retry_After="0"), Turn(end="unanswered"), refusal(503), refusal(429, Retry_After="0"))
    script(app, call.answer)
    await call.send(client)

    assert len(app.calls) == 5
    assert reported[0] == ComingBack("the app answered 503: Not now.", 0.0)
    assert reported[3] == ComingBack("the app answered 429: Not now.", 0.0)


@every_call
async def test_app_that_stays_busy_is_given_up_with_its_own_answer(app: ScriptedApp, call: Call) -> None:
    script(app, *[refusal(503)] * 10_000)
    async with MangaClient(app.url, patience=SHORT) as client:
        with pytest.raises(Refused, match="Not now"):
            await call.send(client)

    assert len(app.calls) > 1


@every_call
async def test_connection_that_keeps_breaking_is_given_up(app: ScriptedApp, call: Call) -> None:
    script(app, *[Turn(end="unanswered")] * 10_000)
    async with MangaClient(app.url, patience=SHORT) as client:
        with pytest.raises(ConnectionLost, match=app.url):
            await call.send(client)

    assert len(app.calls) > 1


@every_call
async def test_retry_after_beyond_the_patience_is_raised_immediately(app: ScriptedApp, call: Call) -> None:
    script(app, refusal(429, '{"error": "100 a day.", "code": "daily-limit"}', Retry_After="4000"))
    async with MangaClient(app.url) as client:
        with pytest.raises(Refused, match="100 a day") as refused:
            await call.send(client)

    assert (refused.value.status, refused.value.code, refused.value.retry_after_s) == (429, "daily-limit", 4000)
    assert len(app.calls) == 1


@every_call
@pytest.mark.parametrize("status", [400, 401, 403, 404, 409])
async def test_final_refusal_is_not_retried(app: ScriptedApp, client: MangaClient, call: Call, status: int) -> None:
    script(app, refusal(status))
    with pytest.raises(Refused, match="Not now"):
        await call.send(client)

    assert len(app.calls) == 1


@every_call
async def test_url_without_a_server_is_unreachable(unused_url: str, call: Call) -> None:
    async with MangaClient(unused_url, patience=SHORT) as client:
        with pytest.raises(Unreachable, match=unused_url):
            await call.send(client)


class Clock:
    """Seconds, moved by the test."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def retries_with(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Callable[[Patience], Retries]:
    """Make retries on the clock, without jitter."""

    def upper(low: float, high: float) -> float:
        return high

    monkeypatch.setattr(random, "uniform", upper)
    return lambda patience: Retries("http://app", patience, now=clock)


type RetriesWith = Callable[[Patience], Retries]


def test_delays_grow_to_their_limit_and_start_over_after_a_result(retries_with: RetriesWith) -> None:
    retries = retries_with(Patience(first_delay_s=1, longest_delay_s=5))
    retries.note_answer()
    assert [retries.next_delay_s() for _ in range(5)] == [1, 2, 4, 5, 5]
    retries.note_result()
    assert retries.next_delay_s() == 1


def test_first_announced_reconnect_after_a_result_is_immediate(retries_with: RetriesWith) -> None:
    retries = retries_with(Patience(first_delay_s=1, longest_delay_s=5))
    retries.note_answer()
    assert [retries.next_delay_s(announced=True) for _ in range(3)] == [0, 2, 4]
    retries.note_result()
    assert retries.next_delay_s(announced=True) == 0


def test_retry_after_is_honoured_up_to_the_patience(retries_with: RetriesWith) -> None:
    retries = retries_with(Patience(longest_retry_after_s=60))
    assert [retries.next_delay_s(retry_after_s=wanted) for wanted in (-1.0, 3.0, 60.0)] == [0, 3, 60]
    assert [retries.is_too_long(wanted) for wanted in (None, 0.0, 60.0, 60.1)] == [False, False, False, True]


def test_heartbeats_keep_a_connection_alive_but_are_not_results(clock: Clock, retries_with: RetriesWith) -> None:
    retries = retries_with(Patience(lost_after_s=100, stalled_after_s=250))
    retries.note_result()
    for _ in range(4):
        clock.now_s += 60
        retries.note_activity()
    assert not retries.is_lost()
    assert not retries.is_stalled()
    clock.now_s += 60
    assert retries.is_stalled()
    clock.now_s += 40
    assert retries.is_lost()


def test_patience_is_short_until_the_first_answer(clock: Clock, retries_with: RetriesWith) -> None:
    retries = retries_with(Patience(unreachable_after_s=5, lost_after_s=100))
    clock.now_s += 5
    assert retries.is_lost()
    retries.note_answer()
    assert not retries.is_lost()


def test_last_delay_ends_with_the_patience(clock: Clock, retries_with: RetriesWith) -> None:
    retries = retries_with(Patience(first_delay_s=4, unreachable_after_s=5))
    delays: list[float] = []
    while not retries.is_lost():
        delays.append(retries.next_delay_s())
        clock.now_s += delays[-1]
    assert delays == [4, 1]


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("12", 12.0), ("", None), ("soon", None), ("-3", None), ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0)],
)
def test_retry_after_is_read_in_both_forms(value: str, seconds: float | None) -> None:
    assert retry_after_s(httpx.Headers({"Retry-After": value})) == seconds


def test_retry_after_date_in_the_future_is_a_delay() -> None:
    delay_s = retry_after_s(httpx.Headers({"Retry-After": "Fri, 31 Dec 9999 23:59:59 GMT"}))
    assert delay_s is not None
    assert delay_s > 3600
