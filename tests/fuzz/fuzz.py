"""A run of the fuzzer: valid, borderline and invalid requests to every operation of the OpenAPI document."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, cast

import schemathesis
from schemathesis import HookContext, Response, engine
from schemathesis.config import SchemathesisConfig

from shared.models.http.requests import IMAGE_DATA_URL
from tests.fuzz.generations import Generations, Sendable
from tests.fuzz.inputs import image_data_urls
from tests.fuzz.lines import lines_are_messages
from tests.fuzz.prepared_app import KEY_HEADER, PreparedApp
from tests.fuzz.report import Report

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "response_headers_conformance",
    "negative_data_rejection",
    "ignored_auth",
    lines_are_messages.__name__,
)
_TIMEOUT_S = 60
_NOT_ASCII = "".join(map(chr, range(0x80, 0x100)))


@dataclass(frozen=True, slots=True)
class FuzzOptions:
    """The number of cases for each operation besides the borderline ones, and the seed of the random generator.

    Borderline cases are always the same. Some other cases differ in every process in spite of the seed, so a failure
    is reported with its request.
    """

    examples: int
    seed: int


def fuzz(app: PreparedApp, document: dict[str, Any], options: FuzzOptions) -> Report:
    """Send requests to all operations of the document and return the report."""
    schemathesis.openapi.format(IMAGE_DATA_URL, image_data_urls())
    schema = schemathesis.openapi.from_dict(document, config=_config(app, options))
    _hook_into(cast("_Hooked", schema), Generations(app.lasting, app.cancelled, app.lettered, app.planned, app.tokens))
    report = Report()
    for event in engine.from_schema(schema).execute():
        report.note(event)
    return report


def _config(app: PreparedApp, options: FuzzOptions) -> SchemathesisConfig:
    """Return the configuration. Answers and earlier runs have no influence on later requests."""
    enabled = "\n".join(f"{name}.enabled = true" for name in CHECKS)
    return SchemathesisConfig.from_str(f"""
        base-url = "{app.url}"
        headers = {{ {KEY_HEADER} = "{app.key}" }}
        seed = {options.seed}
        workers = 1
        request-timeout = {_TIMEOUT_S}
        cache.enabled = false

        [checks]
        enabled = false
        {enabled}

        [generation]
        max-examples = {options.examples}
        no-shrink = true
        exclude-header-characters = "{_NOT_ASCII}"

        [phases]
        coverage.extra-data-sources.responses = false
        fuzzing.extra-data-sources.responses = false
        fuzzing.error-feedback.enabled = false
        stateful.enabled = false
    """)


class _Hooked(Protocol):
    """The part of a schema that is used here; schemathesis has no types for it."""

    def hook(self, hook: Callable[..., object]) -> object: ...


def _hook_into(schema: _Hooked, generations: Generations) -> None:
    """Let requests use existing generations. Schemathesis finds hooks by the names of their functions."""

    @schema.hook
    def filter_case(context: HookContext, case: Sendable) -> bool:
        # A host refuses headers with other characters before the app sees them.
        return all(str(value).isascii() for value in case.headers.values())

    @schema.hook
    def map_case(context: HookContext, case: Sendable) -> Sendable:
        generations.put_into(case)
        return case

    @schema.hook
    def after_call(context: HookContext, case: Sendable, response: Response) -> None:
        generations.note(response)
