"""JSON schemas of the models: for requests what is accepted, for answers what is sent."""

import re
from collections.abc import Iterable
from typing import Any, cast, override

from pydantic import BaseModel, JsonValue, TypeAdapter
from pydantic.alias_generators import to_camel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, JsonSchemaValue
from pydantic_core import core_schema

from shared.models.http.error_answer import ErrorAnswer
from shared.models.messages import STREAM_MESSAGE

type JsonObject = dict[str, JsonValue]

REF_TEMPLATE = "#/components/schemas/{model}"
_MESSAGE = "StreamMessage"
_NULL = {"type": "null"}
# A field name in a docstring.
_FIELD_NAME = re.compile(r"(?<=`)[a-z]+(_[a-z]+)+(?=`)")


class Schemas:
    """The document's components, and references to them."""

    def __init__(self, requests: Iterable[type[BaseModel]], answers: Iterable[type[BaseModel]]) -> None:
        """Describe the models of requests and answers, and the stream messages."""
        modes: list[tuple[type[BaseModel], JsonSchemaMode]] = [
            *((model, "validation") for model in dict.fromkeys(requests)),
            *((model, "serialization") for model in dict.fromkeys((*answers, ErrorAnswer))),
        ]
        inputs: list[tuple[str, JsonSchemaMode, TypeAdapter[Any]]] = [
            *((model.__name__, mode, TypeAdapter(model)) for model, mode in modes),
            (_MESSAGE, "serialization", STREAM_MESSAGE),
        ]
        references, definitions = TypeAdapter.json_schemas(
            inputs, ref_template=REF_TEMPLATE, schema_generator=_Generator
        )
        self._references = references
        self.components = cast("dict[str, JsonObject]", definitions["$defs"])

    def of_request(self, model: type[BaseModel]) -> JsonObject:
        """Return a reference to the model as a request body."""
        return self._references[model.__name__, "validation"]

    def of_answer(self, model: type[BaseModel]) -> JsonObject:
        """Return a reference to the model as an answer."""
        return self._references[model.__name__, "serialization"]

    @property
    def of_message(self) -> JsonObject:
        """A reference to any stream message."""
        return self._references[_MESSAGE, "serialization"]


class _Generator(GenerateJsonSchema):
    """Leaves out generated titles, and writes field names in descriptions as in JSON.

    In an answer a field is always sent if it has a value, and omitted if it is None.
    """

    @override
    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        described = super().model_schema(schema)
        if self.mode == "serialization":
            for field in described.get("properties", {}).values():
                field.pop("default", None)
        description = str(described.get("description", ""))
        return {**described, "description": _FIELD_NAME.sub(lambda match: to_camel(match[0]), description)}

    @override
    def field_title_should_be_set(self, schema: object) -> bool:
        return False

    @override
    def field_is_required(
        self, field: core_schema.ModelField | core_schema.DataclassField | core_schema.TypedDictField, total: bool
    ) -> bool:
        if self.mode == "serialization" and field["schema"]["type"] == "default":
            return field["schema"].get("default") is not None
        return super().field_is_required(field, total)

    @override
    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        described = super().default_schema(schema)
        if self.mode == "validation":
            return described
        # `model_schema` removes the default, after the model's own changes to the schema, which depend on it.
        default = described["default"]
        sent = [option for option in described.get("anyOf", []) if option != _NULL]
        return {**sent[0], "default": None} if default is None and len(sent) == 1 else described
