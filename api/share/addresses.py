"""The addresses of a shared comic; previews in chats need absolute ones."""

import re
from urllib.parse import quote

from azurefunctions.extensions.http.fastapi import Request

from api.links import shared_path

_HOST = re.compile(r"(?:[a-z0-9.-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?", re.IGNORECASE | re.ASCII)
_SCHEMES = ("http", "https")


def origin_of(request: Request) -> str:
    """Return the scheme and host that the client has used, such as `https://manga.example`.

    A proxy, such as Azure's, tells them in X-Forwarded-Proto and X-Forwarded-Host. Return "" for a host that has no
    valid form: then addresses are relative.
    """
    scheme = _first(request.headers.get("x-forwarded-proto")) or request.url.scheme
    host = _first(request.headers.get("x-forwarded-host")) or request.headers.get("host", "")
    return f"{scheme}://{host}" if scheme in _SCHEMES and _HOST.fullmatch(host) else ""


def cover_path(token: str) -> str:
    """Return the path of a shared comic's cover."""
    return f"{shared_path(token)}/cover.jpg"


def panel_path(token: str, index: int, version: int) -> str:
    """Return the path of a panel of a shared comic; `index` counts from 0."""
    return f"{shared_path(token)}/panels/{index}/{version}"


def file_path(token: str, file_format: str, language: str | None = None) -> str:
    """Return the path of a shared comic as a file, with its texts in the language (None: its own)."""
    chosen = "" if language is None else f"&lang={quote(language)}"
    return f"{shared_path(token)}/export?format={file_format}{chosen}"


def page_path(token: str, language: str) -> str:
    """Return the path of a shared comic with its texts in the language."""
    return f"{shared_path(token)}?lang={quote(language)}"


def _first(values: str | None) -> str:
    return (values or "").partition(",")[0].strip()
