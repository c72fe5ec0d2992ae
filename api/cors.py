"""Which other sites' pages may call the app: none, unless CORS_ALLOWED_ORIGINS names them.

The app answers by itself, so that it is the same on every host. Where the platform's own CORS setting is used
instead, CORS_ALLOWED_ORIGINS stays empty.
"""

from azurefunctions.extensions.http.fastapi import Request

from shared.settings import Settings

_ANY = "*"
_EXPOSED = (
    "X-Generation-Id, Content-Location, ETag, Retry-After, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset"
)
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, POST, DELETE",
    "Access-Control-Allow-Headers": "Content-Type, Idempotency-Key, If-None-Match, x-functions-key",
    "Access-Control-Max-Age": "600",
}


def cors_headers(request: Request, settings: Settings) -> dict[str, str]:
    """Return the headers that let the page that calls read the answer; none for a page that may not."""
    allowed = {origin.strip() for origin in (settings.cors_allowed_origins or "").split(",")}
    origin = request.headers.get("origin")
    if origin is None or not allowed & {origin, _ANY}:
        return {}
    if _ANY in allowed:
        return {"Access-Control-Allow-Origin": _ANY, "Access-Control-Expose-Headers": _EXPOSED}
    return {"Access-Control-Allow-Origin": origin, "Access-Control-Expose-Headers": _EXPOSED, "Vary": "Origin"}


def preflight_headers(request: Request, settings: Settings) -> dict[str, str]:
    """Return the answer to a browser that asks what such a page may send (Fetch standard, CORS-preflight request)."""
    headers = cors_headers(request, settings)
    return {**headers, **_PREFLIGHT} if headers else {}
