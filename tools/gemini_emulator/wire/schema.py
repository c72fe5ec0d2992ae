"""Makes a value obey a response schema, as the model's constrained decoding does.

Both forms are read: Gemini's Schema (`type: "OBJECT"`, `nullable`, `minItems` as a string) and JSON Schema
(`type: "object"`, `$ref`, `$defs`). Properties that the schema does not have are dropped; missing required ones are
filled with the simplest allowed value.
"""

import re

from pydantic import JsonValue

type Schema = dict[str, JsonValue]


def conform(value: JsonValue, schema: Schema) -> JsonValue:
    """Return the value, changed as little as possible so that it obeys the schema."""
    return _conform(value, schema, _definitions(schema))


def properties_of(schema: Schema | None) -> frozenset[str]:
    """Return the names of the top-level properties of a schema (none without one)."""
    if schema is None:
        return frozenset()
    return frozenset(_object(_resolve(schema, _definitions(schema)).get("properties")))


def mentions(schema: JsonValue, name: str) -> bool:
    """Return whether any object in the schema has a property of that name."""
    if isinstance(schema, list):
        return any(mentions(item, name) for item in schema)
    if not isinstance(schema, dict):
        return False
    return name in _object(schema.get("properties")) or any(mentions(item, name) for item in schema.values())


def _definitions(schema: Schema) -> Schema:
    return _object(schema.get("$defs")) | _object(schema.get("defs")) | _object(schema.get("definitions"))


def _conform(value: JsonValue, schema: Schema, definitions: Schema) -> JsonValue:  # noqa: C901, PLR0911 - one case a type
    schema = _resolve(schema, definitions)
    if "const" in schema:
        return schema["const"]
    if choices := _list(schema.get("enum")):
        return _nearest_choice(value, choices)
    if value is None and _is_nullable(schema):
        return None
    if options := _list(schema.get("anyOf")) or _list(schema.get("oneOf")):
        return _conform(value, _best_option(value, options, definitions), definitions)
    match _type_of(schema):
        case "object":
            return _conform_object(_object(value), schema, definitions)
        case "array":
            return _conform_array(value, schema, definitions)
        case "integer":
            return int(_clamped(value, schema))
        case "number":
            return _clamped(value, schema)
        case "boolean":
            return value if isinstance(value, bool) else False
        case "null":
            return None
        case "string":
            return _conform_string(value, schema)
        case _:
            return value


def _conform_object(value: Schema, schema: Schema, definitions: Schema) -> Schema:
    properties = _object(schema.get("properties"))
    required = _list(schema.get("required"))
    order = [name for name in _list(schema.get("propertyOrdering")) if isinstance(name, str) and name in properties]
    answer: Schema = {}
    for name in dict.fromkeys((*order, *properties)):
        # leave out an optional property that would be null, as a model does
        if name in required or value.get(name) is not None:
            answer[name] = _conform(value.get(name), _object(properties[name]), definitions)
    extra = schema.get("additionalProperties")
    if not properties and isinstance(extra, dict):
        answer |= {name: _conform(item, extra, definitions) for name, item in value.items()}
    return answer


def _conform_array(value: JsonValue, schema: Schema, definitions: Schema) -> JsonValue:
    items = _list(value)
    lowest, highest = _number(schema.get("minItems")), _number(schema.get("maxItems"))
    if highest is not None:
        items = items[: int(highest)]
    while lowest is not None and len(items) < lowest:
        items = [*items, items[-1] if items else None]
    item_schema = _object(schema.get("items"))
    return [_conform(item, item_schema, definitions) for item in items]


def _conform_string(value: JsonValue, schema: Schema) -> str:
    text = value if isinstance(value, str) else "" if value is None else str(value)
    shortest, longest = _number(schema.get("minLength")), _number(schema.get("maxLength"))
    if longest is not None:
        text = text[: int(longest)]
    return text.ljust(int(shortest), ".") if shortest is not None else text


def _clamped(value: JsonValue, schema: Schema) -> float:
    number = _number(value) or 0
    lowest, highest = _number(schema.get("minimum")), _number(schema.get("maximum"))
    if lowest is not None:
        number = max(number, lowest)
    return min(number, highest) if highest is not None else number


def _nearest_choice(value: JsonValue, choices: list[JsonValue]) -> JsonValue:
    if value in choices or not isinstance(value, str):
        return value if value in choices else choices[0]
    wanted = _words(value)
    return max(choices, key=lambda choice: len(wanted & _words(str(choice))))


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower().replace("_", " ")))


def _best_option(value: JsonValue, options: list[JsonValue], definitions: Schema) -> Schema:
    candidates = [_resolve(_object(option), definitions) for option in options]
    for option in candidates:
        if _fits(value, option):
            return option
    return next((option for option in candidates if _type_of(option) != "null"), candidates[0])


def _fits(value: JsonValue, schema: Schema) -> bool:
    kinds = {"object": dict, "array": list, "string": str, "integer": int, "number": float, "boolean": bool}
    expected = kinds.get(_type_of(schema))
    return value is None if expected is None else isinstance(value, expected)


def _type_of(schema: Schema) -> str:
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = next((name for name in kind if name != "null"), "null")
    if isinstance(kind, str):
        return kind.lower()
    if "properties" in schema:
        return "object"
    return "array" if "items" in schema else ""


def _is_nullable(schema: Schema) -> bool:
    kind = schema.get("type")
    return schema.get("nullable") is True or (isinstance(kind, list) and "null" in kind)


def _resolve(schema: Schema, definitions: Schema) -> Schema:
    reference = schema.get("$ref") or schema.get("ref")
    if not isinstance(reference, str):
        return schema
    return _resolve(_object(definitions.get(reference.rsplit("/", 1)[-1])), definitions)


def _object(value: JsonValue) -> Schema:
    return value if isinstance(value, dict) else {}


def _list(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else []


def _number(value: JsonValue) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return value
    if isinstance(value, str) and re.fullmatch(r"-?\d+(\.\d+)?", value):
        return float(value) if "." in value else int(value)
    return None
