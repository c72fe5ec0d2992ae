"""Answers obey the response schema in both forms that clients send."""

import pytest
from pydantic import JsonValue

from tools.gemini_emulator.wire.schema import Schema, conform


@pytest.mark.parametrize(
    ("value", "schema", "expected"),
    [
        ({"a": 1, "b": 2}, {"type": "OBJECT", "properties": {"a": {"type": "INTEGER"}}}, {"a": 1}),
        ({}, {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}, {"a": ""}),
        ({"a": None}, {"type": "object", "properties": {"a": {"type": "string"}}}, {}),
        (
            {"a": None},
            {"type": "OBJECT", "properties": {"a": {"type": "STRING", "nullable": True}}, "required": ["a"]},
            {"a": None},
        ),
        (
            {"a": None},
            {"type": "object", "properties": {"a": {"type": ["string", "null"]}}, "required": ["a"]},
            {"a": None},
        ),
        ([1, 2, 3], {"type": "ARRAY", "items": {"type": "INTEGER"}, "maxItems": "2"}, [1, 2]),
        ([], {"type": "array", "items": {"type": "string"}, "minItems": 2}, ["", ""]),
        ("a wide shot", {"type": "STRING", "enum": ["CLOSE_UP", "WIDE_SHOT"]}, "WIDE_SHOT"),
        ("x", {"anyOf": [{"type": "null"}, {"type": "string"}]}, "x"),
        (None, {"anyOf": [{"type": "string"}, {"type": "null"}]}, None),
        (99, {"type": "integer", "maximum": 15}, 15),
        ("abcdef", {"type": "string", "maxLength": 3}, "abc"),
        (
            {"p": {"n": 1}},
            {
                "type": "object",
                "properties": {"p": {"$ref": "#/$defs/P"}},
                "$defs": {"P": {"type": "object", "properties": {"n": {"type": "integer"}}}},
            },
            {"p": {"n": 1}},
        ),
    ],
)
def test_value_is_changed_only_as_much_as_the_schema_requires(
    value: JsonValue, schema: Schema, expected: JsonValue
) -> None:
    assert conform(value, schema) == expected


def test_properties_are_in_the_order_of_the_schema() -> None:
    schema: Schema = {
        "type": "OBJECT",
        "properties": {"a": {"type": "STRING"}, "b": {"type": "STRING"}},
        "propertyOrdering": ["b", "a"],
    }
    answer = conform({"a": "1", "b": "2"}, schema)
    assert isinstance(answer, dict)
    assert list(answer) == ["b", "a"]
