"""Usable JSON is found whatever a text model writes around it, and unusable answers are refused cheaply."""

import json
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field

from shared.errors import UnusableAnswer
from shared.model.answer_json import MAX_DEPTH, read_answer
from shared.models.base import WireModel


class Item(WireModel):
    item_number: int
    scene: str


class Plan(WireModel):
    title: str
    items: Annotated[tuple[Item, ...], Field(min_length=1)]


class ItemList(WireModel):
    items: tuple[Item, ...]


PLAN = {"title": 'The "lamp", [one] {two}', "items": [{"itemNumber": n, "scene": f"Scene {n}: a }} b"} for n in (1, 2)]}
JSON = json.dumps(PLAN)
WHOLE = Plan.model_validate(PLAN)
ODD_ANSWERS = {
    "alone": JSON,
    "code fence": f"```json\n{json.dumps(PLAN, indent=2)}\n```",
    "code fence without a language": f"```\n{JSON}\n```\n",
    "before prose": f"{JSON}\nI hope that you like {{this}} plan [1].",
    "after prose": f'Sure! Here is "the plan":\n{JSON}',
    "after prose with brackets": f"Thinking [1] about {{the plan}} and 1 < 2 }}: {JSON}",
    "after a bracket that stays open": f"Let me use {{ as the begin: {JSON}",
    "after another object": f'{{"thought": "first"}} {JSON}',
    "in a list": f"[{JSON}]",
    "under a name": f'{{"plan": {JSON}}}',
    "trailing commas": JSON.replace("}]", "},\n ]").replace('b"}', 'b" , }'),
    "line end in a string": JSON.replace("Scene 1:", "Scene 1:\n\t").replace("\n\t", "\n"),
    "byte order mark": f"\ufeff{JSON}",
}


@pytest.mark.parametrize("case", ODD_ANSWERS)
def test_plan_is_found_in_a_malformed_answer(case: str) -> None:
    plan = read_answer(ODD_ANSWERS[case], Plan)

    assert plan.title == WHOLE.title
    assert [item.item_number for item in plan.items] == [1, 2]
    assert plan.items[1].scene == WHOLE.items[1].scene


@pytest.mark.parametrize("rest", ["", ",", ",\n", "]", "]\n```"])
@pytest.mark.parametrize("is_cut_off", [False, True])
def test_plan_truncated_after_a_complete_item_is_used(rest: str, *, is_cut_off: bool) -> None:
    text = JSON[: JSON.rindex("]")] + rest

    assert read_answer(text, Plan, is_cut_off=is_cut_off) == WHOLE


def test_truncated_item_is_dropped() -> None:
    text = JSON[: JSON.rindex("Scene 2") + 5]

    assert read_answer(text, Plan).items == WHOLE.items[:1]


def test_truncated_plan_is_refused_if_the_model_was_cut_off() -> None:
    with pytest.raises(UnusableAnswer):
        read_answer(JSON[: JSON.rindex("Scene 2") + 5], Plan, is_cut_off=True)


def test_item_truncated_inside_a_nested_list_is_dropped() -> None:
    text = JSON[: JSON.rindex("}")].rstrip("]}") + ', "notes": [{"a": 1}, {"a"'

    assert read_answer(text, Plan).items == WHOLE.items[:1]


@pytest.mark.parametrize("values", ["{} ", '{"a": 1}, '])
def test_only_first_20_values_of_an_answer_are_tried(values: str) -> None:
    assert read_answer(values * 19 + JSON, Plan) == WHOLE
    with pytest.raises(UnusableAnswer):
        read_answer(values * 20 + JSON, Plan)


def test_only_first_20_values_of_a_list_are_tried() -> None:
    assert read_answer(json.dumps([{}] * 19 + [PLAN]), Plan) == WHOLE
    with pytest.raises(UnusableAnswer):
        read_answer(json.dumps([{}] * 20 + [PLAN]), Plan)


def test_plan_without_a_complete_item_is_refused() -> None:
    with pytest.raises(UnusableAnswer):
        read_answer(JSON[: JSON.index("Scene 1") + 5], Plan)


def test_bare_list_is_used_as_the_only_list_field() -> None:
    assert read_answer(json.dumps(PLAN["items"]), ItemList).items == WHOLE.items


def test_invalid_json_escape_is_read_as_the_escaped_character() -> None:
    text = r'{"title": "it\'s \"so\" \\ \u00e9", "items": [{"itemNumber": 1, "scene": ""}]}'

    assert read_answer(text, Plan).title == 'it\'s "so" \\ é'


def test_texts_are_cleaned() -> None:
    text = r'{"title": "a\ud800b\u0000\u202ec\ufffe", "items": [{"itemNumber": 1, "scene": "x\r\ny"}]}'
    plan = read_answer(text, Plan)

    assert (plan.title, plan.items[0].scene) == ("abc", "x\ny")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no JSON at all",
        "Sure! Here is what I think about it: ]}{ it was a dark night",
        "{}",
        "[[[]]]",
        '{"title": 1}',
        '{"title": "x", "items": []}',
        '{"title": "x", "items": [' + "{}," * 100 + "{}]}",
        "[" * 1_000_000,
        '{"a":' * 200_000,
        '{"a":[' * 200_000 + JSON,
        '{"a": ' + "9" * 100_000,
        '{"a":"' + '\\"' * 500_000,
        '{"a":"' + 'x", "' * 200_000,
        "{" + '"' * 1_000_000,
        "[x " * 19 + "{}," * 1_000_000,
        "[x " * 19 + "{}," * 1_000_000 + "]" * 19,
        "," * 1_000_000 + "{" + ", " * 500_000,
    ],
    ids=lambda text: str(text)[:20],
)
@pytest.mark.timeout(30)
def test_answer_without_a_plan_is_refused(text: str) -> None:
    with pytest.raises(UnusableAnswer, match="not a Plan") as refused:
        read_answer(text, Plan)

    assert len(str(refused.value)) < 500


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('{"title": "a secret"}', "items: missing"),
        ('{"title": "a secret", "items": [{"itemNumber": 1}]}', r"items\.0\.scene: missing"),
        ('[{"thought": {}}, {"title": "a secret"}] {"items": [], "more": {}} [1]', "title: missing, items: too_short"),
        ("[[1]]", "no JSON object"),
    ],
)
def test_error_names_fields_but_no_values(text: str, fault: str) -> None:
    with pytest.raises(UnusableAnswer, match=f"^not a Plan: {fault}") as refused:
        read_answer(text, Plan)

    assert "secret" not in str(refused.value)


def test_too_deeply_nested_answer_is_refused() -> None:
    def nested(depth: int) -> str:
        return f'{{"x": {"[" * (depth - 1)}{"]" * (depth - 1)}, {JSON[1:]}'

    assert read_answer(nested(MAX_DEPTH), Plan) == WHOLE
    with pytest.raises(UnusableAnswer):
        read_answer(nested(MAX_DEPTH + 1), Plan)


@given(st.text(max_size=60), st.text(max_size=60))
def test_arbitrary_text_raises_only_unusable_answer(before: str, after: str) -> None:
    try:
        plan = read_answer(f"{before}{JSON}{after}", Plan)
    except UnusableAnswer:
        return
    assert len(plan.items) <= 2
