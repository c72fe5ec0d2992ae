"""Addresses as Kestrel, the server of Azure's host, reads them: decoded, without ``.`` and ``..``, or refused."""

import re
from urllib.parse import unquote, urlsplit

_ENCODED_SLASH = re.compile(r"(%2f)", re.IGNORECASE)


def is_served_here(target: str, host: str) -> bool:
    """Whether this server accepts a request's target; `host` is the Host header.

    A target may be a whole URL (RFC 9112, section 3.2.2) if it names the same server as the header.
    """
    if "%00" in target.partition("?")[0]:
        return False
    return target.startswith("/") or urlsplit(target).netloc.casefold() == host.casefold() != ""


def path_segments(path: str) -> list[str]:
    """Return the decoded segments of a path; ``%2F`` stays as it is.

    A trailing slash is ignored; two slashes in a row have an empty segment between them.
    """
    segments: list[str] = []
    for part in path.removeprefix("/").removesuffix("/").split("/"):
        match decoded := _decoded(part):
            case ".":
                pass
            case "..":
                del segments[-1:]
            case _:
                segments.append(decoded)
    return [] if segments == [""] else segments


def _decoded(part: str) -> str:
    return "".join(piece if _ENCODED_SLASH.fullmatch(piece) else unquote(piece) for piece in _ENCODED_SLASH.split(part))
