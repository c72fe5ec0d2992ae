"""The checks of the fault suite find violations, and nothing else."""

from collections.abc import Sequence

import pytest

from tests.faults.calls import Call, StepKey
from tests.faults.checks import ANALYSIS, CHUNKING, Outcome, check_calls, check_outcome, check_same
from tests.faults.incidents import HostDeath
from tests.support.contract_check import JsonObject

ID = "0" * 32
SHEET = StepKey("character", "Mira")
PANEL, OTHER_PANEL = StepKey("panel", "1"), StepKey("panel", "2")
UNSAVED: frozenset[str] = frozenset()


def message(type_: str, seq: int, **fields: object) -> JsonObject:
    return {"generationId": ID, "type": type_, "seq": seq, **fields}


def panel(seq: int, index: int) -> JsonObject:
    address = f"/api/generations/{ID}/images/panels/{index}/1"
    return message("panel", seq, panelNumber=index, data={"panelNumber": index + 1, "image": address})


def plan(number: int) -> JsonObject:
    texts = {"sceneDescription": "The sea.", "cameraAngle": "Wide", "visualMood": "Calm"}
    return {"panelNumber": number, "characters": ["Mira"], **texts}


MIRA = {"name": "Mira", "physicalDescription": "Tall", "personality": "Kind", "role": "Hero"}
SETTING = {"timePeriod": "Now", "location": "Sea", "mood": "Calm"}
STREAM = [
    message("analysis", 1, data={"title": "Sea", "characters": [MIRA], "setting": SETTING}),
    message("chunks", 2, data={"panels": [plan(1), plan(2)]}),
    message("character", 3, data={"name": "Mira", "image": "/api/1", "description": "Tall"}),
    panel(4, 0),
    panel(5, 1),
    message("complete", 6, totalPanels=2),
]
WHOLE = Outcome(ID, STREAM)
FAILURE = message("error", 5, step="panel", message="Failed.", index=1)
INCOMPLETE = Outcome(ID, [*STREAM[:4], FAILURE, message("complete", 6, totalPanels=2, failedPanels=[1])])


def calls(*further: Call) -> list[Call]:
    """Return one good call for each step but the last panel, and then these."""
    steps = (ANALYSIS, CHUNKING, SHEET, PANEL)
    return [*(good(number, step) for number, step in enumerate(steps, start=1)), *further]


def good(number: int, step: StepKey = OTHER_PANEL) -> Call:
    return Call(number, "Kaba", step, None, 200, 0.2)


def failing(number: int, fault: str = "503", status: object = 503) -> Call:
    return Call(number, "Kaba", OTHER_PANEL, fault, status, 0.2)


def cut_off(number: int) -> Call:
    return Call(number, "Kaba", OTHER_PANEL, None, "gone", 0.2)


def died(after: int, saved: frozenset[str] = UNSAVED) -> list[HostDeath]:
    return [HostDeath("kill -9", after, saved)]


@pytest.mark.parametrize(
    ("outcome", "made", "deaths"),
    [
        (WHOLE, [good(5)], []),
        (WHOLE, [failing(5), good(6)], []),
        (WHOLE, [cut_off(5), good(6)], died(5)),
        (WHOLE, [good(5), good(6)], died(5)),
        (WHOLE, [failing(5), cut_off(6), good(7)], died(6)),
        (INCOMPLETE, [failing(5), failing(6)], []),
        (INCOMPLETE, [failing(5, "prompt-blocked", 200)], []),
    ],
    ids=["once", "retried", "cut off", "unsaved at the death", "retry cut off", "failed twice", "blocked"],
)
def test_allowed_calls_are_no_finding(outcome: Outcome, made: Sequence[Call], deaths: Sequence[HostDeath]) -> None:
    assert not list(check_calls(outcome, calls(*made), deaths))


@pytest.mark.parametrize(
    ("outcome", "made", "deaths", "told"),
    [
        (WHOLE, [good(5), good(6)], [], "called again after an answer that stands"),
        (WHOLE, [good(5), good(6)], died(5, frozenset({f"{ID}/panels/1/1"})), "though its result was saved"),
        (WHOLE, [failing(5), failing(6), good(7)], [], "3 calls where at most 2"),
        (WHOLE, [failing(5, "prompt-blocked", 200), good(6)], [], "called again after an answer that stands"),
        (WHOLE, [], [], "a result without a usable answer"),
        (INCOMPLETE, [failing(5)], [], "given up without two failed attempts"),
        (INCOMPLETE, [failing(5), cut_off(6)], died(6), "given up without two failed attempts"),
        (INCOMPLETE, [failing(5), good(6)], [], "given up without two failed attempts"),
        (WHOLE, [good(5), good(6, StepKey("panel", "9"))], [], "not planned"),
    ],
)
def test_forbidden_calls_are_found(
    outcome: Outcome, made: Sequence[Call], deaths: Sequence[HostDeath], told: str
) -> None:
    assert told in "; ".join(str(finding) for finding in check_calls(outcome, calls(*made), deaths))


def test_complete_stream_is_no_finding() -> None:
    assert not [*check_outcome(WHOLE), *check_outcome(INCOMPLETE), *check_same(ID, STREAM, STREAM, "a reader")]


@pytest.mark.parametrize(
    ("got", "kinds"),
    [
        (STREAM[:-1], ["lost"]),
        ([*STREAM, STREAM[-1]], ["doubled"]),
        ([*STREAM[:3], STREAM[4], STREAM[3], STREAM[5]], ["changed", "changed"]),
    ],
    ids=["lost", "doubled", "reordered"],
)
def test_wrong_results_of_a_reader_are_found(got: Sequence[JsonObject], kinds: Sequence[str]) -> None:
    assert [finding.kind for finding in check_same(ID, got, STREAM, "a reader")] == kinds


def test_gap_in_the_stream_is_found() -> None:
    assert [finding.kind for finding in check_outcome(Outcome(ID, [*STREAM[:3], *STREAM[4:]]))] == ["contract"]
