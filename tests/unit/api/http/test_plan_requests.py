"""Edited plans as clients send them: every broken field is named."""

from copy import deepcopy
from typing import Any

import pytest
from pydantic import JsonValue

from api.requests.validation import validate
from shared.errors import InvalidInput
from shared.images.check import ImageLimits
from shared.models.http.plan import PlanRequest
from shared.models.http.requests import InputLimits
from shared.models.story import MAX_NAME_LENGTH, MAX_SUMMARY_LENGTH, MAX_TERM_LENGTH, MAX_TEXT_LENGTH, StoryAnalysis

LIMITS = InputLimits(500, 6000, ImageLimits(1, 1))
CHARACTER = {"name": "Mira", "physicalDescription": "tall", "personality": "kind", "role": "hero"}
PANEL = {"panelNumber": 7, "characters": ["Mira"], "sceneDescription": "Mira waits.", "dialogue": " "}
PLAN: dict[str, Any] = {
    "analysis": {
        "title": "Harbour",
        "characters": [CHARACTER, CHARACTER | {"name": "Jon"}],
        "setting": {"timePeriod": "today", "location": "a harbour", "mood": "calm"},
    },
    "chunks": {"panels": [PANEL, dict(PANEL)]},
}
BEFORE = StoryAnalysis.model_validate(PLAN["analysis"] | {"language": "en", "summary": "A"})


def broken_fields(plan: JsonValue) -> list[str]:
    with pytest.raises(InvalidInput) as refused:
        validate(PlanRequest, plan, LIMITS)
    assert all(problem.message.endswith(".") for problem in refused.value.problems)
    return [problem.field for problem in refused.value.problems]


def with_value(path: str, value: object) -> dict[str, Any]:
    """Return the plan with this value at a path such as `chunks.panels.0.dialogue`."""
    plan = deepcopy(PLAN)
    *parents, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    place: Any = plan
    for part in parents:
        place = place[part]
    place[last] = value
    return plan


def test_panels_are_numbered_anew_and_blank_dialogue_is_none() -> None:
    panels = validate(PlanRequest, PLAN, LIMITS).to_plan(BEFORE).chunks.panels

    assert [panel.panel_number for panel in panels] == [1, 2]
    assert panels[0].dialogue is None


@pytest.mark.parametrize(
    ("field", "sent", "kept", "known"), [("language", "DE", "en", "de"), ("summary", "B", "A", "B")]
)
def test_language_and_summary_stay_unless_they_are_sent(field: str, sent: str, kept: str, known: str) -> None:
    left_out = validate(PlanRequest, PLAN, LIMITS).to_plan(BEFORE).analysis
    given = validate(PlanRequest, with_value(f"analysis.{field}", sent), LIMITS).to_plan(BEFORE).analysis

    assert getattr(left_out, field) == kept
    assert getattr(given, field) == known


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        ("analysis.title", " ", "analysis.title"),
        ("analysis.title", "x" * (MAX_TERM_LENGTH + 1), "analysis.title"),
        ("analysis.language", "nonsense", "analysis.language"),
        ("analysis.summary", "x" * (MAX_SUMMARY_LENGTH + 1), "analysis.summary"),
        ("analysis.characters", [], "analysis.characters"),
        ("analysis.characters.0.physicalDescription", "x" * (MAX_TEXT_LENGTH + 1),
         "analysis.characters[0].physicalDescription"),
        ("analysis.setting.mood", "x" * (MAX_TERM_LENGTH + 1), "analysis.setting.mood"),
        ("analysis.characters.1.name", "mira", "analysis.characters[1].name"),
        ("chunks.panels", [PANEL], "chunks.panels"),
        ("chunks.panels", [PANEL] * 16, "chunks.panels"),
        ("chunks.panels.1.sceneDescription", "", "chunks.panels[1].sceneDescription"),
        ("chunks.panels.1.dialogue", "x" * (MAX_TEXT_LENGTH + 1), "chunks.panels[1].dialogue"),
        ("chunks.panels.1.characters", ["Mira", "Nobody"], "chunks.panels[1].characters[1]"),
        ("chunks.panels.1.characters", "Mira", "chunks.panels[1].characters"),
        ("chunks", None, "chunks"),
    ],
)  # fmt: skip
def test_broken_field_is_named(path: str, value: object, field: str) -> None:
    assert broken_fields(with_value(path, value)) == [field]


def test_names_and_texts_are_checked_together() -> None:
    plan = with_value("analysis.characters.1.name", "x" * (MAX_NAME_LENGTH + 1))
    plan["chunks"]["panels"][0] = PANEL | {"characters": ["Jon"], "cameraAngle": 5}

    assert set(broken_fields(plan)) == {
        "analysis.characters[1].name",
        "chunks.panels[0].cameraAngle",
        "chunks.panels[0].characters[0]",
    }


@pytest.mark.parametrize(
    ("path", "value", "count"),
    [("analysis.characters", [CHARACTER] * 1000, 3), ("chunks.panels.0.characters", ["Nobody"] * 1000, 4)],
)
def test_names_of_a_list_that_is_too_long_are_checked_up_to_its_limit(path: str, value: object, count: int) -> None:
    assert len(broken_fields(with_value(path, value))) == count + 1


@pytest.mark.parametrize("body", [None, [], "text", {}, {"analysis": [], "chunks": {"panels": [1, None]}}])
def test_other_json_is_refused(body: JsonValue) -> None:
    assert broken_fields(body)
