"""The OpenAPI document is valid and matches the app."""

import json
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

import shared.models.messages
from api.blueprint import ENDPOINTS
from api.errors import status_of_kind
from api.openapi.document import VERSION, describe, documented, errors_of
from shared import errors
from shared.models.messages import Message
from tests.unit.indexed_functions import indexed_functions

ROOT = Path(__file__).resolve().parents[4]
# The platform's answers.
KEY_REFUSED = {401, 403}
# These functions answer many paths.
CATCH_ALLS = {"page_files", "preflight"}


@pytest.fixture(scope="module")
def document() -> Mapping[str, Any]:
    return describe(ENDPOINTS, keys_wanted=True)


def described(document: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for path, methods in cast("dict[str, dict[str, Any]]", document["paths"]).items():
        for method, operation in methods.items():
            yield path, method, operation


def registered() -> Iterator[tuple[str, str, str, bool]]:
    for function in indexed_functions():
        name = str(function.get_function_name())
        for binding in function.get_raw_bindings():
            trigger = json.loads(binding)
            if trigger["type"] == "httpTrigger" and name not in CATCH_ALLS:
                path = "/" + trigger["route"].strip("/")
                for method in trigger["methods"]:
                    yield name, method.lower(), path, trigger["authLevel"] != "ANONYMOUS"


def test_document_is_valid_openapi(document: Mapping[str, Any]) -> None:
    OpenAPIV31SpecValidator(document).validate()


def test_document_has_exactly_the_http_functions_of_the_app(document: Mapping[str, Any]) -> None:
    operations = {
        (operation["operationId"], method, path, bool(operation["security"]))
        for path, method, operation in described(document)
    }

    assert operations == set(registered())


def test_path_parameters_match_the_path(document: Mapping[str, Any]) -> None:
    for path, _, operation in described(document):
        named = {parameter["name"] for parameter in operation.get("parameters", []) if parameter["in"] == "path"}
        assert named == {part[1:-1] for part in path.split("/") if part.startswith("{")}, path


def test_errors_are_documented_with_their_status(document: Mapping[str, Any]) -> None:
    kinds = {endpoint.function: errors_of(endpoint) for endpoint in ENDPOINTS}
    answers = {endpoint.function: {answer.status for answer in endpoint.answers} for endpoint in ENDPOINTS}
    for _, _, operation in described(document):
        name = operation["operationId"]
        expected = {status_of_kind(kind) for kind in kinds[name]} | answers[name]
        if operation["security"]:
            expected |= KEY_REFUSED
        assert {int(status) for status in operation["responses"]} == expected, name


def test_every_error_is_documented() -> None:
    codes = {kind.code for endpoint in documented(ENDPOINTS) for kind in errors_of(endpoint)}

    assert codes == {kind.code for kind in concrete(errors.MangaError)} - {
        # Only happen within a generation.
        errors.Cancelled.code,
        errors.GenerationBudgetExhausted.code,
    }


def concrete(kind: type[errors.MangaError]) -> Iterator[type[errors.MangaError]]:
    if kind not in {errors.Conflict, errors.TooManyRequests, errors.BudgetExhausted}:
        yield kind
    for below in kind.__subclasses__():
        yield from concrete(below)


def test_every_stream_message_is_documented(document: Mapping[str, Any]) -> None:
    models = vars(shared.models.messages).values()
    messages = {model.__name__ for model in models if isinstance(model, type) and issubclass(model, Message)}

    assert messages - {Message.__name__} <= document["components"]["schemas"].keys()


def test_response_field_is_omitted_rather_than_null(document: Mapping[str, Any]) -> None:
    schemas = document["components"]["schemas"]

    assert schemas["ErrorMessage"]["properties"]["seq"] == {"type": "integer"}
    assert "seq" not in schemas["ErrorMessage"]["required"]
    assert "type" in schemas["ErrorMessage"]["required"]
    assert schemas["PanelPlan"]["properties"]["dialogue"] == {"type": "string"}
    assert {"dialogue", "cameraAngle"} & set(schemas["PanelPlan"]["required"]) == {"cameraAngle"}


def test_descriptions_use_the_json_names_of_fields(document: Mapping[str, Any]) -> None:
    schemas = cast("dict[str, dict[str, Any]]", document["components"]["schemas"])

    assert "`wordCount`" in schemas["AnalyzeStoryAnswer"]["description"]


def test_without_keys_only_the_administrators_operations_need_one() -> None:
    guarded = [
        path for path, _, operation in described(describe(ENDPOINTS, keys_wanted=False)) if operation["security"]
    ]

    assert guarded == ["/api/admin/generations", "/api/admin/metrics"]


def test_version_is_that_of_the_project(document: Mapping[str, Any]) -> None:
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"] == VERSION
    assert document["info"]["version"] == VERSION
