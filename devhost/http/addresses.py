"""Addresses as Kestrel, the server of Azure's host, reads them: decoded, without ``.`` and ``..``, or refused."""

import re
from urllib.parse import unquote, urlsplit

_ENCODED_SLASH = re.compile(r"(%2f)", re.IGNORECASE)


class BadAddressError(ValueError):
    """The request's target cannot be served by any function."""


def path_segments(target: str, host: str) -> list[str]:
    """Return the decoded segments of a request's target; ``%2F`` stays as it is.

    A target may be a whole URL (RFC 9112, section 3.2.2) if it names the same server as the Host header. A slash at the
    end counts for nothing; two slashes in a row have an empty segment between them, which no route takes.

    Raises:
        BadAddressError: it names another server, is no path, or has a null character.
    """
    path = _path(target, host)
    if "%00" in path:
        raise BadAddressError
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


def _path(target: str, host: str) -> str:
    if target.startswith("/"):
        return target.partition("?")[0]
    url = urlsplit(target)
    if not url.netloc or url.netloc.casefold() != host.casefold():
        raise BadAddressError
    return url.path or "/"


def _decoded(part: str) -> str:
    return "".join(piece if _ENCODED_SLASH.fullmatch(piece) else unquote(piece) for piece in _ENCODED_SLASH.split(part))
