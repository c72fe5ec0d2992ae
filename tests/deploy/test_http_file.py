"""`test.http` has every operation of the API, each as a request that the app accepts."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import pytest

from api.openapi.operation import Operation
from api.openapi.operations import OPERATIONS
from tools.devstack.stack import REPOSITORY

_FILE = (REPOSITORY / "test.http").read_text()


@dataclass(frozen=True, slots=True)
class Request:
    """A request of the file, with its variables filled in; `parameters` are those of the query and the headers."""

    method: str
    path: str
    parameters: Mapping[str, str]
    body: str

    def is_for(self, operation: Operation) -> bool:
        """Whether its method and path are the operation's."""
        pattern = re.sub(r"\\{(\w+)\\}", lambda match: f"(?P<{match[1]}>[^/]+)", re.escape(operation.path))
        found = re.fullmatch(pattern, self.path)
        return self.method == operation.method.upper() and found is not None


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


def test_every_operation_has_a_request() -> None:
    there = requests()

    without = {operation.path for operation in OPERATIONS if not any(request.is_for(operation) for request in there)}
    assert without == set()


@pytest.mark.parametrize("request_", requests(), ids=lambda it: f"{it.method} {it.path}")
def test_request_is_accepted_by_its_operation(request_: Request) -> None:
    (operation,) = (each for each in OPERATIONS if request_.is_for(each))

    sent = request_.parameters.keys() - {"Content-Type", "x-functions-key"}
    outside_path = [parameter for parameter in operation.parameters if parameter.where != "path"]
    assert sent <= {parameter.name for parameter in outside_path}
    assert sent >= {parameter.name for parameter in outside_path if parameter.is_required}
    assert ("x-functions-key" in request_.parameters) == (operation.needs_key or operation.needs_admin_key)
    assert ("Content-Type" in request_.parameters) == (operation.body is not None)
    if operation.body is not None:
        operation.body.model_validate_json(request_.body)
