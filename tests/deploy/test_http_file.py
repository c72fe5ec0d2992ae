"""`test.http` has every endpoint of the API, each as a request that the app accepts."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import pytest

from api.blueprint import ENDPOINTS
from api.endpoint import Endpoint
from api.openapi.document import documented
from tools.devstack.stack import REPOSITORY

_ENDPOINTS = documented(ENDPOINTS)
_FILE = (REPOSITORY / "test.http").read_text()


@dataclass(frozen=True, slots=True)
class Request:
    """A request of the file, with its variables filled in; `parameters` are those of the query and the headers."""

    method: str
    path: str
    parameters: Mapping[str, str]
    body: str

    def is_for(self, endpoint: Endpoint) -> bool:
        """Whether its method and path are the endpoint's."""
        pattern = re.sub(r"\\{(\w+)\\}", lambda match: f"(?P<{match[1]}>[^/]+)", re.escape(endpoint.path))
        found = re.fullmatch(pattern, self.path)
        return self.method == endpoint.method.upper() and found is not None


def requests() -> list[Request]:
    """Return all of the file's requests."""
    head, *sections = re.split(r"^### .*\n", _FILE, flags=re.MULTILINE)
    variables = dict(re.findall(r"^@(\w+) = (.+)$", head, re.MULTILINE))
    return [_request(re.sub(r"\{\{(\w+)\}\}", lambda match: variables[match[1]], section)) for section in sections]


def _request(section: str) -> Request:
    head, _, body = section.partition("\n\n")
    first, *headers = head.splitlines()
    method, url = first.split(" ")
    parts = urlsplit(url)
    query = {name: values[0] for name, values in parse_qs(parts.query, strict_parsing=bool(parts.query)).items()}
    return Request(method, parts.path, query | dict(header.split(": ", 1) for header in headers), body.strip())


def test_every_endpoint_has_a_request() -> None:
    there = requests()

    without = {endpoint.path for endpoint in _ENDPOINTS if not any(request.is_for(endpoint) for request in there)}
    assert without == set()


@pytest.mark.parametrize("request_", requests(), ids=lambda it: f"{it.method} {it.path}")
def test_request_is_valid_for_its_endpoint(request_: Request) -> None:
    (endpoint,) = (each for each in _ENDPOINTS if request_.is_for(each))

    sent = request_.parameters.keys() - {"Content-Type", "x-functions-key"}
    outside_path = [parameter for parameter in endpoint.parameters if parameter.where != "path"]
    assert sent <= {parameter.name for parameter in outside_path}
    assert sent >= {parameter.name for parameter in outside_path if parameter.is_required}
    assert ("x-functions-key" in request_.parameters) == (endpoint.key != "none")
    assert ("Content-Type" in request_.parameters) == (endpoint.body is not None)
    if endpoint.body is not None:
        endpoint.body.model_validate_json(request_.body)
