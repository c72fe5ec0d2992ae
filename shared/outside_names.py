"""Types for settings that name an outside host, a repository or a key."""

import ipaddress
import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, SecretStr

# https://docs.github.com/en/get-started/learning-about-github/types-of-github-accounts: a managed user has a `_` too.
_REPOSITORY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,38}/[A-Za-z0-9._-]{1,100}")
_KEY = re.compile(r"[\x21-\x7e]+")


def _a_base_url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"https", "http"} or not parts.hostname or parts.username or parts.query or parts.fragment:
        raise ValueError("It has to be an address such as https://host or https://host/path.")
    if parts.scheme == "http" and not _is_this_machine(parts.hostname):
        raise ValueError("It has to begin with https: keys and reports are sent there.")
    return text.rstrip("/")


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _a_repository(text: str) -> str:
    if _REPOSITORY.fullmatch(text) is None or text.endswith(("/.", "/..")):
        raise ValueError("It has to be owner/name, as in the repository's address.")
    return text


def _a_key(secret: SecretStr) -> SecretStr:
    # Keys that are pasted or read from a vault often end with a newline.
    key = secret.get_secret_value().strip()
    if _KEY.fullmatch(key) is None:
        raise ValueError("It has characters that are not valid in a key. Copy it again.")
    return SecretStr(key)


type BaseUrl = Annotated[str, AfterValidator(_a_base_url)]
type RepositoryName = Annotated[str, AfterValidator(_a_repository)]
type Key = Annotated[SecretStr, AfterValidator(_a_key)]
