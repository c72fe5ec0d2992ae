"""The tables of docs/configuration.md and docs/api.md, compared with the code."""

import json
from collections.abc import Iterator

from api.errors import status_of_kind
from shared.errors import MangaError
from shared.settings import Settings
from tests.unit.docs.documents import ROOT, table
from tests.unit.indexed_functions import indexed_functions

API = ROOT / "docs" / "api.md"
CONFIGURATION = ROOT / "docs" / "configuration.md"
KEYS = {"FUNCTION": "function", "ADMIN": "master", "ANONYMOUS": "none"}


def endpoints() -> Iterator[tuple[str, str]]:
    """Yield each endpoint with the key that it needs; routes that catch all addresses are described in prose."""
    for function in indexed_functions():
        for binding in map(json.loads, function.get_raw_bindings()):
            if binding["type"] == "httpTrigger" and "{*" not in binding["route"]:
                for method in binding["methods"]:
                    yield f"{method} /{binding['route'].removeprefix('/')}", KEYS[binding["authLevel"]]


def below(error: type[MangaError]) -> Iterator[type[MangaError]]:
    yield error
    for kind in error.__subclasses__():
        yield from below(kind)


def test_settings_table_has_every_setting_with_its_default() -> None:
    rows = table(CONFIGURATION, "setting")
    fields = {str(field.alias): field for field in Settings.model_fields.values()}

    assert rows.keys() == fields.keys()
    for name, field in fields.items():
        if field.default is not None:
            is_flag = isinstance(field.default, bool)
            assert rows[name][0] == (str(field.default).lower() if is_flag else str(field.default)), name


def test_endpoints_table_has_every_endpoint_with_its_key() -> None:
    assert {endpoint: cells[0] for endpoint, cells in table(API, "endpoint").items()} == dict(endpoints())


def test_errors_table_has_every_code_with_its_status() -> None:
    # A base class shares its code with classes below it, and the one that is nearest to the root is what is answered.
    statuses: dict[str, str] = {}
    for error in below(MangaError):
        statuses.setdefault(error.code, str(status_of_kind(error)))

    assert {code: cells[0] for code, cells in table(API, "code").items()} == statuses
