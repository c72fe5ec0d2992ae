"""Which images an edit of the plan outdates, and which it moves."""

import pytest

from api.plans.changed import Changed, changed
from shared.models.ledger import AnalysisEntry, CancelledEntry, ChunksEntry, CompleteEntry, Entry, ImageEntry, Ledger
from shared.models.lettering import PlannedFace
from shared.models.steps import Move
from shared.models.story import Plan, StoryBreakdown
from shared.storage.choices import NO_CHOICES, Choice, Choices
from tests.support.fakes.stories import analysis, character, panel
from tests.unit.api.lettering.comics import GONE, RAIN

MIRA, JON = PlannedFace(name="Mira", part="top"), PlannedFace(name="Jon", part="left")
PLAN = Plan(
    analysis=analysis("Mira", "Jon"),
    chunks=StoryBreakdown(panels=(panel(1, "Mira"), panel(2, "Mira", "Jon"), panel(3))),
)


def ledger_of(*entries: Entry) -> Ledger:
    return Ledger(characters=2, panels=3, phase="ended", entries=entries)


DRAWN = ledger_of(
    AnalysisEntry(),
    ChunksEntry(),
    *(ImageEntry(kind="character", index=index) for index in range(2)),
    *(ImageEntry(kind="panel", index=index) for index in range(3)),
    CompleteEntry(),
)


def with_characters(plan: Plan, *names: str, **first: str) -> Plan:
    cast = [character(name) for name in names]
    cast[0] = cast[0].model_copy(update=first)
    return plan.model_copy(update={"analysis": plan.analysis.model_copy(update={"characters": tuple(cast)})})


def with_setting(plan: Plan) -> Plan:
    setting = plan.analysis.setting.model_copy(update={"mood": "wild"})
    return plan.model_copy(update={"analysis": plan.analysis.model_copy(update={"setting": setting})})


def with_panels(plan: Plan, *order: int, **first: object) -> Plan:
    panels = [plan.chunks.panels[index].model_copy(update={"panel_number": at}) for at, index in enumerate(order, 1)]
    panels[0] = panels[0].model_copy(update=first)
    return plan.model_copy(update={"chunks": StoryBreakdown(panels=tuple(panels))})


def with_title(plan: Plan) -> Plan:
    return plan.model_copy(update={"analysis": plan.analysis.model_copy(update={"title": "Other"})})


@pytest.mark.parametrize(
    ("edited", "characters", "panels"),
    [
        (with_title(PLAN), (), ()),
        (with_setting(PLAN), (0, 1), (0, 1, 2)),
        (with_characters(PLAN, "Mira", "Jon", physical_description="tall"), (0,), (0, 1)),
        (with_characters(PLAN, "Mira", "Jon", personality="shy"), (0,), ()),
        (with_panels(PLAN, 0, 1, 2, scene_description="rain"), (), (0,)),
        (with_panels(PLAN, 0, 1, 2, dialogue="Hello!"), (), (0,)),
        (with_panels(PLAN, 0, 1, 2, camera_angle="close-up"), (), (0,)),
        (with_panels(PLAN, 0, 1, 2, characters=()), (), (0,)),
        (with_panels(PLAN, 0, 1), (), ()),
    ],
)
def test_image_is_outdated_if_its_prompt_has_changed(
    edited: Plan, characters: tuple[int, ...], panels: tuple[int, ...]
) -> None:
    assert changed(PLAN, edited, DRAWN, NO_CHOICES) == Changed(characters, panels)


def test_order_of_a_panels_characters_makes_no_difference() -> None:
    other = with_panels(PLAN, 1, 0, 2)
    turned = with_panels(other, 0, 1, 2, characters=("Jon", "Mira"))

    assert changed(other, turned, DRAWN, NO_CHOICES) == Changed()


def test_moved_images_are_copied_in_the_version_that_counts() -> None:
    again = DRAWN.with_entry(ImageEntry(kind="panel", index=0, version=2)).with_entry(CompleteEntry())
    choices = Choices(panels={0: Choice(version=1, newest=2)})

    moves = changed(PLAN, with_panels(PLAN, 1, 0, 2), again, choices).moves

    assert moves == (
        Move(kind="panel", index=1, version=1, to_index=0),
        Move(kind="panel", index=0, version=1, to_index=1),
    )


def test_removed_character_moves_the_sheet_of_the_one_after_it() -> None:
    only_jon = with_characters(PLAN, "Jon")

    result = changed(PLAN, only_jon, DRAWN, NO_CHOICES)

    assert result.characters == (0,)
    assert result.moves[0] == Move(kind="character", index=1, version=1, to_index=0)


def test_panel_that_is_not_drawn_is_not_moved() -> None:
    entries = [entry for entry in DRAWN.entries if not (isinstance(entry, ImageEntry) and entry.index == 1)]

    result = changed(PLAN, with_panels(PLAN, 1, 0, 2), ledger_of(*entries), NO_CHOICES)

    assert result.panels == (0, 1)
    assert result.moves == (Move(kind="panel", index=0, version=1, to_index=1),)


def test_added_panels_are_outdated_because_removed_ones_may_have_images() -> None:
    longer = PLAN.model_copy(update={"chunks": StoryBreakdown(panels=(*PLAN.chunks.panels, panel(4)))})

    assert changed(PLAN, longer, DRAWN, NO_CHOICES).panels == (3,)


def test_nothing_is_outdated_before_anything_may_have_been_drawn() -> None:
    stopped = ledger_of(AnalysisEntry(), ChunksEntry(), CompleteEntry(stopped_after="plan"))
    cancelled = ledger_of(AnalysisEntry(), ChunksEntry(), CancelledEntry())

    assert changed(PLAN, with_setting(PLAN), stopped, NO_CHOICES) == Changed()
    assert changed(PLAN, with_setting(PLAN), cancelled, NO_CHOICES).panels == (0, 1, 2)


LETTERED = with_panels(PLAN, 0, 1, 2, texts=(GONE, RAIN), faces=(MIRA, JON), dialogue="It is gone!")


@pytest.mark.parametrize(
    ("changes", "panels"),
    [
        ({"texts": (RAIN,), "dialogue": None}, ()),
        ({"texts": ()}, ()),
        ({"faces": (JON, MIRA)}, ()),
        ({"faces": (MIRA,)}, (0,)),
        ({"scene_description": "rain"}, (0,)),
    ],
)
def test_texts_over_a_picture_outdate_nothing_and_faces_do(changes: dict[str, object], panels: tuple[int, ...]) -> None:
    edited = with_panels(LETTERED, 0, 1, 2, **changes)

    assert changed(LETTERED, edited, DRAWN, NO_CHOICES) == Changed((), panels)
