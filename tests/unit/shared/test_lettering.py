"""Digests and keys of texts: what makes another translation, and what keeps an edit with its panel."""

from shared.lettering import panel_keys, picture_digest, source_of
from shared.models.lettering import PlannedFace, PlannedText
from shared.models.story import PanelPlan, Plan, StoryBreakdown
from tests.support.fakes.stories import analysis, panel

HELLO = PlannedText(kind="dialogue", text="Hello.", speaker="Mira")
RAIN = PlannedText(kind="narration", text="Rain.")


def lettered(number: int, *texts: PlannedText, scene: str = "") -> PanelPlan:
    plan = panel(number, "Mira")
    return plan.model_copy(update={"texts": texts, "scene_description": scene or plan.scene_description})


def plan_of(*panels: PanelPlan, title: str = "The Harbour") -> Plan:
    return Plan(
        analysis=analysis("Mira").model_copy(update={"title": title}),
        chunks=StoryBreakdown.model_construct(panels=panels),
    )


def test_translation_holds_while_title_and_texts_stay() -> None:
    before = plan_of(lettered(1, HELLO), lettered(2, RAIN))
    other_scene = plan_of(lettered(1, HELLO, scene="another scene"), lettered(2, RAIN))

    assert source_of(before) == source_of(other_scene)
    assert source_of(before) != source_of(plan_of(lettered(1, RAIN), lettered(2, HELLO)))
    assert source_of(before) != source_of(plan_of(lettered(1, HELLO), lettered(2, RAIN), title="Rain"))
    assert source_of(before) != source_of(
        plan_of(lettered(1, HELLO.model_copy(update={"speaker": "Ada"})), lettered(2, RAIN))
    )


def test_panel_that_moves_keeps_its_key() -> None:
    one, two = lettered(1, HELLO), lettered(2, RAIN)

    assert panel_keys(plan_of(two, one)) == panel_keys(plan_of(one, two))[::-1]


def test_panel_whose_texts_or_scene_change_gets_another_key() -> None:
    before = panel_keys(plan_of(lettered(1, HELLO)))

    assert panel_keys(plan_of(lettered(1, RAIN))) != before
    assert panel_keys(plan_of(lettered(1, HELLO, scene="another scene"))) != before


def test_faces_do_not_change_the_key_of_a_panel() -> None:
    plan = lettered(1, HELLO)
    faced = plan.model_copy(update={"faces": (PlannedFace(name="Mira", part="top"),)})

    assert panel_keys(plan_of(plan)) == panel_keys(plan_of(faced))


def test_equal_panels_have_different_keys() -> None:
    same = lettered(1, HELLO, scene="same")

    assert len(set(panel_keys(plan_of(same, same, same)))) == 3


def test_picture_without_a_calm_map_has_no_digest() -> None:
    assert picture_digest(None) is None
    assert picture_digest("0" * 576) != picture_digest("f" * 576)
