"""The web page and its files; any other address outside the API gets its 404 here."""

import re
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import azure.durable_functions as df
import azure.functions as func
from azurefunctions.extensions.http.fastapi import JSONResponse, Request, Response

from api.service import Service
from api.static_files import REVALIDATED, StaticFile, StaticFiles
from shared.deps import Deps
from shared.errors import NotFound
from shared.models.http.requests import MAX_REFERENCES
from shared.models.story import MAX_NAME_LENGTH
from shared.settings import Settings

_ROOT = Path(__file__).resolve().parents[2]
_SETTINGS_PATH = "page.json"
# The host asks functions in alphabetical order of their names; a route for everything would hide what sorts after it.
_OUTSIDE_THE_API = "{*path:regex(^(?!(api|admin|runtime)(/|$)).*$)}"
# A post of Reddit by its own path: the page fetches it as a story.
_POST = re.compile(r"(r|u|user)/[^/]+/(comments|s)/[^/]+(/.*)?")


@cache
def _static_files() -> StaticFiles:
    return StaticFiles(_ROOT / "web", _ROOT / "examples")


def build_blueprint(service: Service) -> df.Blueprint:
    """Return the routes of the page and of its files; the page asks for a key itself, so they need none."""
    blueprint = df.Blueprint()

    @blueprint.function_name("page")
    @blueprint.route(route="/", methods=[func.HttpMethod.GET], auth_level=func.AuthLevel.ANONYMOUS)
    async def page(req: Request) -> Response:
        return await service.answer(req, lambda deps: _page(deps, req))

    @blueprint.function_name("page_files")
    @blueprint.route(route=_OUTSIDE_THE_API, methods=[func.HttpMethod.GET], auth_level=func.AuthLevel.ANONYMOUS)
    async def page_files(req: Request) -> Response:
        return await service.answer(req, lambda deps: _file(deps, req))

    return blueprint


async def _page(deps: Deps, request: Request) -> Response:
    return _send(_static_files().page, request, _page_headers(deps.settings))


async def _file(deps: Deps, request: Request) -> Response:
    path = request.path_params["path"].strip("/")
    if path == _SETTINGS_PATH:
        return _page_settings(deps.settings, _static_files())
    if _POST.fullmatch(path) is not None:
        return await _page(deps, request)
    file = _static_files().find(path)
    if file is None:
        raise NotFound("There is nothing at this address. Check it; the page is at / and the API below /api.")
    return _send(file, request, {})


def _page_settings(settings: Settings, files: StaticFiles) -> Response:
    """Answer what the page has to know before it sends anything."""
    body = {
        "maxStoryWords": settings.max_story_words,
        "maxStoryCharacters": settings.max_story_characters,
        "maxRequestBytes": settings.max_request_bytes,
        "maxImagePixels": settings.max_image_pixels,
        "maxReferences": MAX_REFERENCES,
        "maxNameLength": MAX_NAME_LENGTH,
        "examples": [{"title": example.title, "path": example.path} for example in files.examples],
        "analyticsUrl": settings.analytics_url,
    }
    return JSONResponse(body, headers={"Cache-Control": REVALIDATED})


def _send(file: StaticFile, request: Request, headers: dict[str, str]) -> Response:
    headers = {**headers, "Cache-Control": file.cache_control, "ETag": file.etag, "X-Content-Type-Options": "nosniff"}
    if file.etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(file.content, media_type=file.media_type, headers=headers)


def _page_headers(settings: Settings) -> dict[str, str]:
    """Return what keeps the page to itself: nothing from elsewhere, no markup from text, no frame around it."""
    analytics = urlsplit(settings.analytics_url or "")
    connect = "'self'" if not analytics.netloc else f"'self' {analytics.scheme}://{analytics.netloc}"
    policy = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "font-src": "'self'",
        "img-src": "'self' blob: data:",
        "connect-src": connect,
        # The comic's PDF, to print it.
        "frame-src": "blob:",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "'none'",
    }
    return {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "X-Frame-Options": "DENY",
    }
