"""Texts and faces of edited plans, as sent by clients that know them and by others."""

from typing import Any

import pytest
from pydantic import JsonValue

from api.plans.lettered import check_lettering, check_texts, lettered_plan
from api.requests.validation import validate
from shared.errors import InvalidInput
from shared.images.check import ImageLimits
from shared.models.http.plan import PlanRequest
from shared.models.http.requests import InputLimits, StoredRequest
from shared.models.lettering import MAX_LETTERED_LENGTH, MAX_TEXTS_A_PANEL, LetteringMode, PlannedText
from shared.models.story import Plan
from tests.unit.api.lettering.comics import CRASH, GONE, PLAN, RAIN, WHERE

LIMITS = InputLimits(500, 6000, ImageLimits(1, 1))
HELLO = {"kind": "dialogue", "text": "Hello.", "speaker": "Mira"}


def sent(*panels: dict[str, Any]) -> dict[str, Any]:
    """Return the plan as a client sends it, with these changes of its panels; None leaves a field out."""
    plan: dict[str, Any] = PLAN.model_dump(mode="json", by_alias=True)
    changed = (
        {**panel, **(panels[index] if index < len(panels) else {})}
        for index, panel in enumerate(plan["chunks"]["panels"])
    )
    kept = [{name: value for name, value in panel.items() if value is not None} for panel in changed]
    return {**plan, "chunks": {"panels": kept}}


WITHOUT_TEXTS: dict[str, Any] = {"texts": None, "faces": None}


def edited(*panels: dict[str, Any]) -> Plan:
    return lettered_plan(validate(PlanRequest, sent(*panels), LIMITS), PLAN)


def texts_of(plan: Plan, index: int = 0) -> list[PlannedText]:
    return list(plan.chunks.panels[index].texts or ())


def broken_fields(plan: JsonValue) -> list[str]:
    with pytest.raises(InvalidInput) as refused:
        validate(PlanRequest, plan, LIMITS)
    return [problem.field for problem in refused.value.problems]


def test_plan_that_is_sent_back_is_the_same() -> None:
    assert edited() == PLAN


def test_client_that_knows_no_texts_keeps_them() -> None:
    assert edited(WITHOUT_TEXTS, WITHOUT_TEXTS) == PLAN


def test_sent_texts_replace_the_others_and_make_the_dialogue() -> None:
    plan = edited({"texts": [HELLO, {"kind": "effect", "text": " BOOM\n "}, HELLO | {"text": "Bye."}]})

    assert [(text.kind, text.text) for text in texts_of(plan)] == [
        ("dialogue", "Hello."),
        ("effect", "BOOM"),
        ("dialogue", "Bye."),
    ]
    assert plan.chunks.panels[0].dialogue == "Hello. Bye."


def test_panel_without_texts_is_silent() -> None:
    panel = edited({"texts": []}).chunks.panels[0]

    assert (panel.texts, panel.dialogue) == ((), None)


def test_dialogue_alone_becomes_one_text_and_keeps_the_others() -> None:
    plan = edited({"texts": None, "dialogue": "It is\nback!"})

    assert texts_of(plan) == [RAIN, GONE.model_copy(update={"text": "It is back!"})]
    assert plan.chunks.panels[0].dialogue == "It is back!"


def test_dialogue_that_was_edited_beside_unchanged_texts_counts() -> None:
    assert texts_of(edited({"dialogue": "It is back!"})) == [RAIN, GONE.model_copy(update={"text": "It is back!"})]


def test_dialogue_that_is_left_out_removes_what_is_spoken() -> None:
    assert texts_of(edited({"texts": None, "dialogue": ""})) == [RAIN]


def test_texts_stay_with_a_panel_that_moves() -> None:
    panels = sent(WITHOUT_TEXTS, WITHOUT_TEXTS)["chunks"]["panels"]
    request = validate(PlanRequest, sent() | {"chunks": {"panels": panels[::-1]}}, LIMITS)

    plan = lettered_plan(request, PLAN)

    assert (texts_of(plan, 0), texts_of(plan, 1)) == ([WHERE, CRASH], [RAIN, GONE])


def test_new_panel_before_others_has_only_its_dialogue() -> None:
    panels = sent(WITHOUT_TEXTS, WITHOUT_TEXTS)["chunks"]["panels"]
    new = {"characters": ["Jon"], "sceneDescription": "Jon runs.", "dialogue": "Wait!"}
    body: dict[str, Any] = sent() | {"chunks": {"panels": [new, *panels]}}
    request = validate(PlanRequest, body, LIMITS)

    plan = lettered_plan(request, PLAN)

    assert texts_of(plan, 0) == [PlannedText(kind="dialogue", text="Wait!")]
    assert plan.chunks.panels[0].faces == ()
    assert texts_of(plan, 1) == [RAIN, GONE]


def test_panel_with_a_new_scene_keeps_its_texts() -> None:
    assert texts_of(edited({**WITHOUT_TEXTS, "sceneDescription": "Mira stares."})) == [RAIN, GONE]


@pytest.mark.parametrize("dialogue", [None, "It is back!"])
def test_texts_that_are_kept_are_not_said_by_a_character_that_is_gone(dialogue: str | None) -> None:
    without = {"texts": None, "faces": None, "characters": ["Jon"]}
    body = sent(without | ({} if dialogue is None else {"dialogue": dialogue}), without)
    body["analysis"]["characters"][0]["name"] = "Mia"

    plan = lettered_plan(validate(PlanRequest, body, LIMITS), PLAN)

    assert [text.speaker for text in texts_of(plan)] == [None, None]
    assert [text.speaker for text in texts_of(plan, 1)] == ["Jon", None]
    # What a client reads now, it can send back.
    assert validate(PlanRequest, plan.model_dump(by_alias=True), LIMITS)


def test_faces_are_replaced_or_kept_for_the_characters_of_the_panel() -> None:
    replaced = edited({"faces": [{"name": "Jon", "part": "top-left"}]}).chunks.panels[0].faces or ()
    without_mira = edited({"faces": None, "characters": ["Jon"]}).chunks.panels[0].faces

    assert [(face.name, face.part) for face in replaced] == [("Jon", "top-left")]
    assert without_mira == ()


@pytest.mark.parametrize(
    ("panel", "field"),
    [
        ({"texts": [HELLO | {"kind": "song"}]}, "texts[0].kind"),
        ({"texts": [HELLO, HELLO | {"text": " "}]}, "texts[1].text"),
        ({"texts": [HELLO | {"text": "a" * (MAX_LETTERED_LENGTH + 1)}]}, "texts[0].text"),
        ({"texts": [HELLO] * (MAX_TEXTS_A_PANEL + 1)}, "texts"),
        ({"texts": [HELLO | {"speaker": "Nobody"}]}, "texts[0].speaker"),
        ({"faces": [{"name": "Nobody", "part": "top"}]}, "faces[0].name"),
        ({"faces": [{"name": "Mira", "part": "north"}]}, "faces[0].part"),
        ({"faces": [{"name": "Mira", "part": "top"}] * 5}, "faces"),
    ],
)
def test_broken_texts_and_faces_are_named(panel: dict[str, Any], field: str) -> None:
    assert broken_fields(sent(panel)) == [f"chunks.panels[0].{field}"]


def problems_of(request: StoredRequest, *panels: dict[str, Any]) -> list[str]:
    body = validate(PlanRequest, sent(*panels), LIMITS)

    def check() -> None:
        check_lettering(request, body)
        check_texts(request, body, lettered_plan(body, PLAN))

    with pytest.raises(InvalidInput) as refused:
        check()
    return [problem.field for problem in refused.value.problems]


def stored(lettering: LetteringMode = "text", *, no_dialogue: bool = False) -> StoredRequest:
    return StoredRequest(story="Mira met Jon.", style="manga", no_dialogue=no_dialogue, lettering=lettering)


def test_drawn_lettering_has_neither_texts_nor_faces() -> None:
    assert problems_of(stored("drawn")) == [
        "chunks.panels[0].texts",
        "chunks.panels[0].faces",
        "chunks.panels[1].texts",
    ]


def test_comic_without_dialogue_takes_no_texts() -> None:
    silent = {"texts": None, "dialogue": None}

    assert problems_of(stored(no_dialogue=True), silent) == ["chunks.panels[1].dialogue", "chunks.panels[1].texts"]


def test_dialogue_that_is_too_long_for_a_text_is_named() -> None:
    panel = {"texts": None, "dialogue": "a" * (MAX_LETTERED_LENGTH + 1)}

    assert problems_of(stored(), {}, panel) == ["chunks.panels[1].dialogue"]


def test_dialogue_beside_too_many_texts_is_named() -> None:
    rain = {"kind": "narration", "text": "Rain."}
    full = lettered_plan(validate(PlanRequest, sent({"texts": [rain] * MAX_TEXTS_A_PANEL}), LIMITS), PLAN)
    request = validate(PlanRequest, sent({"texts": None, "dialogue": "Hello."}), LIMITS)

    with pytest.raises(InvalidInput) as refused:
        check_texts(stored(), request, lettered_plan(request, full))

    assert [problem.field for problem in refused.value.problems] == ["chunks.panels[0].dialogue"]
