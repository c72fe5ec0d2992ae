"""Access keys, as on Azure: a master key, one host-wide function key, one key a function, one for the Durable API."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import cast

from tools.devhost.files import write_atomically

_KEY_HEADER = "x-functions-key"
_KEY_QUERY = "code"
_KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of one data directory. `enforced` is off unless the host was asked to check them."""

    master: str
    default: str
    durable_task: str
    functions: Mapping[str, str]
    enforced: bool

    def allows_function(self, auth_level: str, function_name: str, key: str | None) -> bool:
        """Whether `key` opens a function of this authLevel (ANONYMOUS, FUNCTION or ADMIN)."""
        if not self.enforced or auth_level == "ANONYMOUS":
            return True
        accepted = [self.master]
        if auth_level == "FUNCTION":
            accepted += [self.default, *([self.functions[function_name]] if function_name in self.functions else [])]
        return _is_one_of(key, accepted)

    def refusal(self, key: str | None, accepted: list[str]) -> HTTPStatus | None:
        """Return the status with which `key` is refused where the `accepted` keys are needed, if it is refused.

        A valid key of another kind is forbidden; a function's own key is unknown outside its function.
        """
        if not self.enforced or _is_one_of(key, accepted):
            return None
        return HTTPStatus.FORBIDDEN if _is_one_of(key, [self.default, self.durable_task]) else HTTPStatus.UNAUTHORIZED


def key_of(headers: Mapping[str, str], query: Mapping[str, str]) -> str | None:
    """The key a request carries: the header wins over the query."""
    return headers.get(_KEY_HEADER) or query.get(_KEY_QUERY)


def load_keys(path: Path, function_names: list[str], *, enforced: bool) -> Keys:
    """Read the keys file and add missing keys. Only its owner can read it."""
    stored = cast("dict[str, object]", json.loads(path.read_text())) if path.is_file() else {}
    functions = cast("dict[str, str]", stored.get("functions", {}))
    keys = Keys(
        master=_stored_or_new(stored.get("master")),
        default=_stored_or_new(stored.get("default")),
        durable_task=_stored_or_new(stored.get("durableTask")),
        functions={name: _stored_or_new(functions.get(name)) for name in function_names},
        enforced=enforced,
    )
    content = {
        "master": keys.master,
        "default": keys.default,
        "durableTask": keys.durable_task,
        "functions": {**functions, **keys.functions},
    }
    write_atomically(path, json.dumps(content, indent=2) + "\n", mode=0o600)
    return keys


def _stored_or_new(value: object) -> str:
    return value if isinstance(value, str) and value else secrets.token_urlsafe(_KEY_BYTES)


def _is_one_of(key: str | None, accepted: list[str]) -> bool:
    given = (key or "").encode()
    return any(secrets.compare_digest(given, one.encode()) for one in accepted)
