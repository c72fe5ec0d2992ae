"""One run: every operation of the description, met with valid, borderline and broken requests."""

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
    """How much is tried: cases for each operation beyond the borderline ones, and the seed that they come from.

    Borderline cases are always the same ones. Of the others schemathesis draws some anew in every process, whatever the
    seed; so a failure tells its request.
    """

    examples: int
    seed: int


def fuzz(app: PreparedApp, document: dict[str, Any], options: FuzzOptions) -> Report:
    """Send the requests that the document calls for, and return what came of them."""
    schemathesis.openapi.format(IMAGE_DATA_URL, image_data_urls())
    schema = schemathesis.openapi.from_dict(document, config=_config(app, options))
    _hook_into(cast("_Hooked", schema), Generations(app.lasting, app.cancelled))
    report = Report()
    for event in engine.from_schema(schema).execute():
        report.note(event)
    return report


def _config(app: PreparedApp, options: FuzzOptions) -> SchemathesisConfig:
    """Return the configuration. Nothing is learnt from answers or earlier runs."""
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
    """What is used of a schema, with the types that schemathesis leaves open."""

    def hook(self, hook: Callable[..., object]) -> object: ...


def _hook_into(schema: _Hooked, generations: Generations) -> None:
    """Let requests name generations that there are. Hooks are known by their functions' names."""

    @schema.hook
    def filter_case(context: HookContext, case: Sendable) -> bool:
        # A host refuses headers of other bytes before the app sees them.
        return all(str(value).isascii() for value in case.headers.values())

    @schema.hook
    def map_case(context: HookContext, case: Sendable) -> Sendable:
        generations.put_into(case)
        return case

    @schema.hook
    def after_call(context: HookContext, case: Sendable, response: Response) -> None:
        generations.note(response)
