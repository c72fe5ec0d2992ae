"""The ledger and its size limit."""

import json
from typing import Literal

import pytest

from orchestrators.manga import SAVED_ENTRIES_SHOWN
from shared.errors import BLOCK_REASONS
from shared.models.ledger import (
    MAX_STATUS_BYTES,
    AnalysisEntry,
    CancelledEntry,
    ChunksEntry,
    ClosingEntry,
    CompleteEntry,
    CriticalEntry,
    ImageEntry,
    Ledger,
    short_title,
)
from shared.models.retried import Retried
from shared.models.step_ref import ImageKind
from shared.models.steps import RETRIES_EXHAUSTED
from shared.models.story import MAX_CHARACTERS, MAX_PANELS
from shared.models.usage import Usage

LONGEST_CODE = max(
    ["generation-budget-exhausted", "model-location-unsupported", RETRIES_EXHAUSTED, *BLOCK_REASONS], key=len
)

RETRIED = Retried(attempts=20, code=LONGEST_CODE, wait_s=90)
MOST_USED = Usage(
    calls=400,
    input_tokens=10**7,
    output_tokens=10**7,
    images=200,
    price_micros=10**9,
    unpriced_calls=400,
)


def with_images(kind: Literal["character", "panel"], *failures: str | None) -> Ledger:
    ledger = Ledger(characters=len(failures), panels=len(failures))
    for index, failure in enumerate(failures):
        ledger = ledger.with_entry(ImageEntry(kind=kind, index=index, failure=failure))
    return ledger


@pytest.mark.parametrize(
    "title", ["A" * 500, "物語" * 300, "😀" * 500, "قصة " * 200, '"\\\n\x01' * 200, "\u2028" * 300]
)
def test_status_of_the_largest_generation_stays_far_below_the_platform_limit(title: str) -> None:
    ledger = Ledger(phase="ended", title=short_title(title), characters=MAX_CHARACTERS, panels=MAX_PANELS)
    ledger = ledger.with_entry(AnalysisEntry(retried=RETRIED)).with_entry(ChunksEntry(retried=RETRIED))
    for version in (1, 2):
        for index in range(MAX_CHARACTERS):
            ledger = ledger.with_entry(failed("character", index, version))
        for index in range(MAX_PANELS):
            ledger = ledger.with_entry(failed("panel", index, version))
        ledger = ledger.with_used(MOST_USED).with_entry(CompleteEntry(used=MOST_USED))
    saved_entries = len(ledger.entries) // 2 + 1

    for escaped in (True, False):
        text = json.dumps(ledger.to_status(saved_entries + 1 - SAVED_ENTRIES_SHOWN), ensure_ascii=escaped)
        assert len(text.encode("utf-16-le")) < 0.9 * MAX_STATUS_BYTES


def failed(kind: ImageKind, index: int, version: int) -> ImageEntry:
    return ImageEntry(kind=kind, index=index, version=version, failure=LONGEST_CODE, retried=RETRIED)


def test_ledger_survives_a_round_trip_through_the_status() -> None:
    ledger = with_images("panel", None, "content-blocked").with_entry(
        CriticalEntry(step="chunks", failure="model-busy")
    )

    assert Ledger.model_validate(json.loads(json.dumps(ledger.to_status()))) == ledger


def test_long_title_is_cut_with_an_ellipsis() -> None:
    assert short_title("x" * 81) == "x" * 79 + "…"
    assert short_title("x" * 80) == "x" * 80


def test_failed_lists_images_whose_latest_entry_is_a_failure() -> None:
    ledger = with_images("panel", "model-busy", None, "model-busy")
    redone = ledger.with_entry(ImageEntry(kind="panel", index=0, version=2))

    assert ledger.failed("panel") == (0, 2)
    assert redone.failed("panel") == (2,)


def test_drawn_has_the_latest_version_of_each_image() -> None:
    ledger = with_images("character", None, "model-busy", None)

    assert ledger.drawn("character") == {0: 1, 2: 1}
    assert ledger.with_entry(ImageEntry(kind="character", index=0, version=2)).drawn("character")[0] == 2


def test_untried_lists_planned_images_without_an_entry() -> None:
    ledger = Ledger(panels=4).with_entry(ImageEntry(kind="panel", index=2))
    ledger = ledger.with_entry(ImageEntry(kind="panel", index=0, failure="model-busy"))

    assert ledger.untried("panel") == [1, 3]


@pytest.mark.parametrize("end", [CompleteEntry(), CancelledEntry(), CriticalEntry(step="chunks", failure="model-busy")])
def test_ledger_is_closed_by_a_closing_entry_until_it_is_reopened(end: ClosingEntry) -> None:
    ledger = Ledger(characters=1, panels=2).with_entry(AnalysisEntry())

    assert not ledger.is_closed
    assert ledger.closed(end).is_closed
    assert not ledger.closed(end).reopened().is_closed
    assert ledger.closed(end).round == 1


def test_missing_lists_planned_images_without_a_version() -> None:
    ledger = Ledger(panels=4).with_entry(ImageEntry(kind="panel", index=2))
    ledger = ledger.with_entry(ImageEntry(kind="panel", index=0, failure="model-busy"))

    assert ledger.missing("panel") == [0, 1, 3]


def test_failed_redo_keeps_the_earlier_image() -> None:
    ledger = with_images("panel", None).with_entry(ImageEntry(kind="panel", index=0, version=2, failure="model-busy"))

    assert ledger.failed("panel") == ()
    assert ledger.drawn("panel") == {0: 1}
    assert ledger.next_version("panel", 0) == 3


@pytest.mark.parametrize("first_seq", range(1, 8))
def test_status_with_only_the_latest_entries_is_completed_from_the_saved_ledger(first_seq: int) -> None:
    ledger = with_images("panel", *([None] * 6)).closed(CompleteEntry())

    shown = Ledger.model_validate(ledger.to_status(first_seq))

    assert len(shown.entries) == 8 - first_seq
    assert shown.last_seq == 7
    assert shown.continuing(ledger) == ledger


def test_status_stays_small_after_fifty_redos_of_the_largest_generation() -> None:
    ledger = Ledger(phase="ended", title="物" * 80, characters=MAX_CHARACTERS, panels=MAX_PANELS)
    for redo in range(50):
        redone = ledger.with_used(MOST_USED).with_entry(ImageEntry(kind="panel", index=0, version=redo + 2))
        ledger = redone.with_entry(CompleteEntry(used=redone.used))

    status = ledger.to_status(len(ledger.entries) - 20)

    assert len(json.dumps(status).encode("utf-16-le")) < MAX_STATUS_BYTES / 2
