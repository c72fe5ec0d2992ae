"""The web page and its files. Other addresses outside the API get their 404 here."""

import re
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from azurefunctions.extensions.http.fastapi import JSONResponse, Response

from api.endpoint import Answer, Data, Endpoint
from api.requests.call import Call
from api.responses import ETAG, IF_NONE_MATCH, NOT_MODIFIED, content_response
from api.static_files import REVALIDATED, StaticFile, StaticFiles
from shared.deps import Deps
from shared.errors import NotFound
from shared.models.http.requests import MAX_REFERENCES
from shared.models.story import MAX_NAME_LENGTH
from shared.settings import Settings

_ROOT = Path(__file__).resolve().parents[2]
_SETTINGS_PATH = "page.json"
# The host tries functions in alphabetical order of their names; a route for everything would hide those after it.
_OUTSIDE_THE_API = "{*path:regex(^(?!(api|admin|runtime|c)(/|$)).*$)}"
# The path of a Reddit post: the page imports it as a story.
_POST = re.compile(r"(r|u|user)/[^/]+/(comments|s)/[^/]+(/.*)?")
# RFC 9110 §12.5.3; a weight of 0 means "not acceptable".
_ACCEPTS_GZIP = re.compile(r"(^|,)\s*(gzip|x-gzip|\*)\s*(,|$|;\s*q=(1|0\.\d*[1-9]))", re.IGNORECASE)


@cache
def static_files() -> StaticFiles:
    """Return the files of the page."""
    return StaticFiles(_ROOT / "web", _ROOT / "examples")


async def _page(call: Call) -> Response:
    return _send(static_files().page, call, _page_headers(call.deps.settings))


async def _file(call: Call) -> Response:
    path = call.request.path_params["path"].strip("/")
    if path == _SETTINGS_PATH:
        return _page_settings(call.deps, static_files())
    if _POST.fullmatch(path) is not None:
        return await _page(call)
    file = static_files().find(path)
    if file is None:
        raise NotFound("There is nothing at this address. Check it; the page is at / and the API below /api.")
    return _send(file, call, {})


def _page_settings(deps: Deps, files: StaticFiles) -> Response:
    """Return what the page needs to know before it sends anything."""
    settings, image_price = deps.settings, deps.price_of(deps.settings.image_model)
    body = {
        "maxStoryWords": settings.max_story_words,
        "maxStoryCharacters": settings.max_story_characters,
        "maxBookWords": settings.max_book_words,
        "maxRequestBytes": settings.max_request_bytes,
        "maxImagePixels": settings.max_image_pixels,
        "maxReferences": MAX_REFERENCES,
        "maxNameLength": MAX_NAME_LENGTH,
        "examples": [{"title": example.title, "path": example.path} for example in files.examples],
        "analyticsUrl": settings.analytics_url,
        "imageSizes": [
            {"size": size, "price": None if image_price is None else image_price.of_image(size)}
            for size in deps.image_sizes
        ],
    }
    return JSONResponse(body, headers={"Cache-Control": REVALIDATED})


def _send(file: StaticFile, call: Call, headers: dict[str, str]) -> Response:
    headers = {**headers, "Cache-Control": file.cache_control}
    content, etag = file.content, file.etag
    if file.gzipped is not None:
        headers["Vary"] = "Accept-Encoding"
        if _ACCEPTS_GZIP.search(call.request.headers.get("accept-encoding", "")):
            headers["Content-Encoding"] = "gzip"
            # Each encoding has its own ETag: RFC 9110 §8.8.3.3.
            content, etag = file.gzipped, f'{file.etag[:-1]}-gzip"'
    return content_response(call.request, content, file.media_type, etag, headers)


def _page_headers(settings: Settings) -> dict[str, str]:
    """Return headers that forbid content from other sites, HTML made from text, and frames around the page."""
    analytics = urlsplit(settings.analytics_url or "")
    connect = "'self'" if not analytics.netloc else f"'self' {analytics.scheme}://{analytics.netloc}"
    policy = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "font-src": "'self'",
        "img-src": "'self' blob: data:",
        "connect-src": connect,
        "manifest-src": "'self'",
        "worker-src": "'self'",
        # To print the comic's PDF.
        "frame-src": "blob:",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
        "require-trusted-types-for": "'script'",
        # For the address of the service worker.
        "trusted-types": "service-worker",
    }
    return {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "X-Frame-Options": "DENY",
    }


ENDPOINTS = (
    Endpoint(
        "page",
        "get",
        "/",
        _page,
        "Get the web page",
        answers=(Answer(200, "The page.", {"text/html": Data({"type": "string"})}, (ETAG,)), NOT_MODIFIED),
        parameters=(IF_NONE_MATCH,),
        key="none",
    ),
    Endpoint("page_files", "get", _OUTSIDE_THE_API, _file, key="none"),
)
