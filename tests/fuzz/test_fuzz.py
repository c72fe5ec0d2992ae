"""The app matches its OpenAPI document, whatever is sent."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.fuzz.fuzz import FuzzOptions, fuzz
from tests.fuzz.prepared_app import PreparedApp, prepared_app

EXAMPLES = 12
SEED = 1


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PreparedApp]:
    with prepared_app(tmp_path_factory.mktemp("fuzz")) as app:
        yield app


@pytest.fixture
def document(app: PreparedApp) -> dict[str, Any]:
    return app.description()


@pytest.mark.timeout(300)
def test_app_matches_its_openapi_document(
    app: PreparedApp, document: dict[str, Any], record_property: Callable[[str, object], None]
) -> None:
    report = fuzz(app, document, FuzzOptions(EXAMPLES, SEED))

    record_property("summary", f"Fuzz of the API by its description: {report.summary}.")
    assert not report.failures, "\n\n".join(report.failures)
    assert not report.never_accepted
    assert len(report.answers) == sum(len(methods) for methods in document["paths"].values())


@pytest.mark.parametrize(
    ("promise", "failure"),
    [
        ({"headers": {"X-Promised": {"required": True, "schema": {"type": "string"}}}}, "X-Promised"),
        ({"content": {"application/json": {"schema": {"required": ["promised"]}}}}, "promised"),
        ({"content": {"text/plain": {"schema": {"type": "string"}}}}, "text/plain"),
    ],
)
def test_deviation_from_the_document_is_found(
    app: PreparedApp, document: dict[str, Any], promise: dict[str, Any], failure: str
) -> None:
    health = document["paths"]["/api/health"]
    health["get"]["responses"]["200"] |= promise
    document["paths"] = {"/api/health": health}

    report = fuzz(app, document, FuzzOptions(1, SEED))

    assert failure in "\n".join(report.failures)
