"""The fault suite as CI runs it, and the schedule that it follows."""

from pathlib import Path

import pytest

from tests.faults.runner import run_soak
from tests.faults.schedule import BATCH_SIZE, CRASH_POINTS, HostKilled, StorageAway, make_schedule
from tests.support.marked_stories import mark_of
from tools.devstack.host_program import is_devhost

SEED = 1
GENERATIONS = 50


@pytest.mark.timeout(900)  # a minute and a half on two idle cores
def test_nothing_is_lost_duplicated_or_paid_for_twice(tmp_path: Path) -> None:
    summary = run_soak(GENERATIONS, SEED, tmp_path)

    assert summary.generations == GENERATIONS
    assert summary.is_clean, f"\n{summary}"
    assert {"kill -9", "storage away", "reader cut", "model 503", "model hang", "model cut"} <= summary.faults.keys()
    if is_devhost():
        twice = {"delivered twice, together", "delivered twice, later"}
        assert {"worker outlives its host", *twice} <= summary.faults.keys()


def test_schedule_depends_on_the_seed_only() -> None:
    first, second = make_schedule(SEED, GENERATIONS), make_schedule(SEED + 1, GENERATIONS)

    assert make_schedule(SEED, GENERATIONS) == first
    assert make_schedule(SEED, 200)[: GENERATIONS // BATCH_SIZE] == first
    for one, other in zip(first, second, strict=True):
        assert one.faults != other.faults
        assert [plan.readers for plan in one.generations] != [plan.readers for plan in other.generations]
        assert [plan.rules() for plan in one.generations] != [plan.rules() for plan in other.generations]


def test_short_run_has_every_kind_of_process_fault() -> None:
    faults = [fault for batch in make_schedule(SEED, GENERATIONS) for fault in batch.faults]

    points = {fault.then_at.partition(":")[0] for fault in faults if isinstance(fault, HostKilled) and fault.then_at}
    assert points == CRASH_POINTS.keys()
    assert any(isinstance(fault, StorageAway) for fault in faults)


@pytest.mark.parametrize("seed", [0, SEED, 2, 10**6])
def test_no_two_generations_share_a_name(seed: int) -> None:
    marks = [mark_of(seed, index) for index in range(1000)]

    assert len(set(marks)) == len(marks)
    assert len({len(mark) for mark in marks}) == 1
