"""The parameters of all endpoints: their values, and the errors for invalid ones."""

from collections.abc import Mapping

import pytest

from api.blueprint import ENDPOINTS
from api.endpoint import Endpoint
from api.requests.parameters import check_parameters
from shared.errors import InvalidInput, NotFound
from shared.models.http.outside.reddit_address import PostAddress
from tests.unit.api.http_requests import http_request

ID = "0123456789abcdef" * 2
IMAGE = {"id": ID, "kind": "panels", "index": "0", "version": "1"}


def endpoint_of(function: str) -> Endpoint:
    return next(endpoint for endpoint in ENDPOINTS if endpoint.function == function)


def values(function: str, query: str = "", headers: Mapping[str, str] | None = None) -> dict[str, object]:
    request = http_request(headers=headers, query=query, path_params=IMAGE)
    return {parameter.name: parameter.find(request) for parameter in endpoint_of(function).parameters}


@pytest.mark.parametrize(
    ("function", "query", "expected"),
    [
        ("follow_manga_stream", "", {"id": ID, "after": 0, "images": "inline"}),
        ("follow_manga_stream", "after=17&images=url", {"id": ID, "after": 17, "images": "url"}),
        ("follow_manga_stream", "after=0&images=inline", {"id": ID, "after": 0, "images": "inline"}),
        ("generate_manga_stream", "", {"Idempotency-Key": None, "estimate": "false"}),
        ("admin_generations", "", {"status": None, "limit": 50, "token": None}),
        ("admin_generations", "status=failed&limit=100&token=a", {"status": "failed", "limit": 100, "token": "a"}),
        ("admin_metrics", "", {"hours": 24}),
        ("admin_metrics", "hours=744", {"hours": 744}),
        ("reddit", "path=redd.it/ABC", {"path": PostAddress("abc")}),
        (
            "export_generation",
            "format=pdf",
            {"id": ID, "format": "pdf", "direction": None, "chapters": "one", "lang": None, "If-None-Match": None},
        ),
        ("lettering", "lang=PT-br", {"id": ID, "lang": "pt-BR", "If-None-Match": None}),
        # The tag under which the texts of a story in an unknown language are listed.
        ("lettering", "lang=und", {"id": ID, "lang": "und", "If-None-Match": None}),
        ("regenerate_image", "", {"id": ID, "kind": "panel", "index": 0}),
    ],
)
def test_parameters_have_values_and_defaults(function: str, query: str, expected: Mapping[str, object]) -> None:
    assert values(function, query) == expected


@pytest.mark.parametrize(
    ("function", "query", "fields"),
    [
        *(
            ("follow_manga_stream", f"after={after}", ["after"])
            for after in ("-1", "1.5", "two", "", "%2B1", "1e3", "9" * 40, "%D9%A3", "0x1")
        ),
        *(("follow_manga_stream", f"images={images}", ["images"]) for images in ("", "URL", "base64")),
        *(("generate_manga_stream", f"estimate={estimate}", ["estimate"]) for estimate in ("", "1", "True")),
        ("export_generation", "", ["format"]),
        ("export_generation", "format=mobi", ["format"]),
        ("export_generation", "format=pdf&lang=english!", ["lang"]),
        ("export_generation", "format=PDF", ["format"]),
        ("export_generation", "format=pdf&direction=up", ["direction"]),
        ("export_generation", "format=&direction=", ["format", "direction"]),
        ("admin_generations", "status=ended&limit=101&token=", ["status", "limit", "token"]),
        ("admin_generations", "limit=0", ["limit"]),
        *(("admin_metrics", f"hours={hours}", ["hours"]) for hours in ("0", "745", "1.5")),
        ("reddit", "", ["path"]),
        ("reddit", "path=https://example.org/r/a/comments/1", ["path"]),
        ("cancel_start", "", ["Idempotency-Key"]),
    ],
)
def test_every_invalid_parameter_is_named(function: str, query: str, fields: list[str]) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_parameters(endpoint_of(function).parameters, http_request(query=query, path_params={"id": ID}))

    assert [problem.field for problem in refused.value.problems] == fields
    assert all(problem.field in str(refused.value) for problem in refused.value.problems)


@pytest.mark.parametrize("key", ["k", "!~" * 100])
def test_idempotency_key_is_visible_ascii(key: str) -> None:
    assert values("generate_manga_stream", headers={"Idempotency-Key": key})["Idempotency-Key"] == key


@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 201, "\u00fc", "a\tb"])
def test_invalid_idempotency_key_is_refused(key: str) -> None:
    for function in ("generate_manga_stream", "cancel_start"):
        with pytest.raises(InvalidInput, match="1 to 200 visible ASCII characters"):
            values(function, headers={"Idempotency-Key": key})


@pytest.mark.parametrize(
    ("name", "text"),
    [
        *(
            ("id", text)
            for text in ("", "x", "A" * 32, "0" * 31, "0" * 33, "../" + "0" * 29, "0" * 32 + "\n", "\u0663" * 32)
        ),
        *(("kind", text) for text in ("", "panel", "Panels")),
        *(("index", text) for text in ("", "-1", "10000", "\u0663", "x")),
        *(("version", text) for text in ("0", "10000")),
    ],
)
def test_invalid_path_is_not_found(name: str, text: str) -> None:
    with pytest.raises(NotFound):
        check_parameters(endpoint_of("generation_image").parameters, http_request(path_params={**IMAGE, name: text}))
