"""CORS: pages of the sites in CORS_ALLOWED_ORIGINS may call the app.

The app sends these headers itself, to work the same on every host. If the CORS setting of the platform is used instead,
CORS_ALLOWED_ORIGINS stays empty.
"""

from azurefunctions.extensions.http.fastapi import Request

from shared.settings import Settings

_ANY = "*"
_ALLOW_ORIGIN = "Access-Control-Allow-Origin"
_BY_ORIGIN = {"Vary": "Origin"}
_EXPOSED = (
    "X-Generation-Id, Content-Location, ETag, Retry-After, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset"
)
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, POST, PUT, DELETE",
    "Access-Control-Allow-Headers": "Content-Type, Idempotency-Key, If-Match, If-None-Match, x-functions-key",
    "Access-Control-Max-Age": "600",
}


def cors_headers(request: Request, settings: Settings) -> dict[str, str]:
    """Return the headers that allow the calling page to read the answer.

    For other pages there is only `Vary`, because a cache must not give them an answer for an allowed page.
    """
    allowed = {origin.strip() for origin in (settings.cors_allowed_origins or "").split(",")} - {""}
    if _ANY in allowed:
        return {_ALLOW_ORIGIN: _ANY, "Access-Control-Expose-Headers": _EXPOSED}
    origin = request.headers.get("origin", "")
    if origin in allowed:
        return {_ALLOW_ORIGIN: origin, "Access-Control-Expose-Headers": _EXPOSED, **_BY_ORIGIN}
    return dict(_BY_ORIGIN) if allowed else {}


def preflight_headers(request: Request, settings: Settings) -> dict[str, str]:
    """Return the headers for a preflight request (Fetch standard); none if the page is not allowed."""
    headers = cors_headers(request, settings)
    return {**headers, **_PREFLIGHT} if _ALLOW_ORIGIN in headers else {}
