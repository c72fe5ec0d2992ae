"""The ledger of a generation whose plan was edited."""

import json

from orchestrators.manga import SAVED_ENTRIES_SHOWN
from shared.models.ledger import (
    MAX_STATUS_BYTES,
    AnalysisEntry,
    ChunksEntry,
    CompleteEntry,
    Entry,
    ImageEntry,
    Ledger,
)
from shared.models.story import MAX_CHARACTERS, MAX_PANELS
from tests.unit.shared.models.test_ledger import failed


def edit(*outdated: int, panels: int, before: int) -> tuple[Entry, Entry]:
    """Return the entries of an edit that outdates panels; `panels` is only for the reader."""
    del panels
    return (
        AnalysisEntry(plan="5eed", count_before=1),
        ChunksEntry(plan="5eed", outdated=outdated, count_before=before),
    )


FIRST = (
    AnalysisEntry(),
    ChunksEntry(),
    ImageEntry(kind="character", index=0),
    ImageEntry(kind="panel", index=0),
    ImageEntry(kind="panel", index=1),
    ImageEntry(kind="panel", index=2, failure="content-blocked"),
    CompleteEntry(),
)
EDITED = Ledger(
    characters=1, panels=4, entries=(*FIRST, *edit(1, 3, panels=4, before=3), CompleteEntry(stopped_after="plan"))
)


def test_outdated_images_do_not_count() -> None:
    assert EDITED.drawn("panel") == {0: 1}
    assert EDITED.versions("panel") == {0: (1,)}
    assert EDITED.missing("panel") == [1, 2, 3]
    assert EDITED.failed("panel") == (2,)
    assert EDITED.untried("panel") == [1, 3]
    assert EDITED.drawn("character") == {0: 1}
    assert not EDITED.is_all_tried


def test_image_drawn_after_the_edit_counts() -> None:
    drawn = EDITED.with_entry(ImageEntry(kind="panel", index=1, version=3))

    assert drawn.drawn("panel") == {0: 1, 1: 3}
    assert drawn.versions("panel")[1] == (3,)


def test_outdated_image_skips_a_version_that_a_cancelled_round_may_have_drawn() -> None:
    assert [EDITED.next_version("panel", index) for index in range(4)] == [2, 3, 2, 2]
    assert EDITED.next_version("character", 0) == 2


def test_images_beyond_the_plan_do_not_count() -> None:
    shorter = EDITED.model_copy(update={"panels": 2, "entries": (*FIRST, *edit(panels=2, before=3))})

    assert shorter.drawn("panel") == {0: 1, 1: 1}
    assert shorter.failed("panel") == ()


def test_earlier_ledger_has_the_counts_of_its_own_plan() -> None:
    twice = EDITED.model_copy(update={"panels": 2, "entries": (*EDITED.entries, *edit(panels=2, before=4))})

    assert [twice.until(seq).panels for seq in (2, 8, 9, 10, 11, 12)] == [3, 3, 4, 4, 4, 2]
    assert twice.until(7).failed("panel") == (2,)
    assert twice.until(7).plan is None
    assert twice.until(9).plan == "5eed"


def test_entries_of_earlier_versions_of_the_app_are_written_as_before() -> None:
    assert Ledger(entries=FIRST[:2]).to_status()["entries"] == [{"kind": "analysis"}, {"kind": "chunks"}]
    assert CompleteEntry().model_dump(mode="json", exclude_none=True) == {"kind": "complete"}


def test_round_after_the_plan_begins_with_the_characters() -> None:
    stopped = Ledger(characters=1, panels=2).closed(CompleteEntry(stopped_after="plan"))
    drawn = stopped.reopened().with_entry(ImageEntry(kind="character", index=0)).closed(CompleteEntry())

    assert stopped.reopened().phase == "characters"
    assert drawn.reopened().phase == "panels"


def test_stop_is_told_after_the_end_only() -> None:
    stopped = Ledger(characters=1, panels=2).closed(CompleteEntry(stopped_after="plan"))

    assert stopped.stopped_after == "plan"
    assert stopped.reopened("plan").stopped_after is None
    assert stopped.reopened("plan").stop_after == "plan"


def test_status_stays_far_below_the_platform_limit_after_many_edits_of_the_largest_plan() -> None:
    ledger = Ledger(title="物" * 80, characters=MAX_CHARACTERS, panels=MAX_PANELS)
    for edit_number in range(20):
        token = f"{edit_number:016x}"
        everybody, everything = tuple(range(MAX_CHARACTERS)), tuple(range(MAX_PANELS))
        ledger = ledger.with_entry(AnalysisEntry(plan=token, outdated=everybody, count_before=MAX_CHARACTERS))
        ledger = ledger.with_entry(ChunksEntry(plan=token, outdated=everything, count_before=MAX_PANELS))
        ledger = ledger.with_entry(CompleteEntry(stopped_after="plan"))
    saved_entries = len(ledger.entries)
    for index in range(MAX_CHARACTERS):
        ledger = ledger.with_entry(failed("character", index, ledger.next_version("character", index)))
    for index in range(MAX_PANELS):
        ledger = ledger.with_entry(failed("panel", index, ledger.next_version("panel", index)))

    status = ledger.closed(CompleteEntry()).to_status(saved_entries + 1 - SAVED_ENTRIES_SHOWN)

    assert len(json.dumps(status).encode("utf-16-le")) < 0.9 * MAX_STATUS_BYTES
