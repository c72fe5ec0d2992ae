"""What every route goes through: its dependencies, the limits, and its errors' answers."""

from collections.abc import Awaitable, Callable
from functools import cached_property

from azurefunctions.extensions.http.fastapi import Request, Response

from api.client_address import client_address
from api.cors import cors_headers
from api.errors import log_fault, log_refusal, rate_headers, to_response
from api.limits.limits import Limits
from shared.deps import Deps, ResolveDeps
from shared.errors import Allowance, MangaError


class Service:
    """The routes' common ground; one for the whole app, so that limits are counted over all of them."""

    def __init__(self, resolve_deps: ResolveDeps) -> None:
        self._resolve_deps = resolve_deps

    @cached_property
    def limits(self) -> Limits:
        """The limits of this app's clients."""
        deps = self._resolve_deps()
        return Limits(deps.settings, deps.blobs)

    async def answer(
        self, request: Request, handle: Callable[[Deps], Awaitable[Response]], *, limited_as: str | None = None
    ) -> Response:
        """Return the handler's answer, or the answer that its error becomes.

        `limited_as` is the endpoint whose rate limit counts the request, before anything of its body is read.
        """
        allowance: Allowance | None = None
        try:
            deps = self._resolve_deps()
            if limited_as is not None:
                allowance = await self.limits.take_request(limited_as, client_address(request, deps.settings))
            response = await handle(deps)
        except MangaError as exc:
            log_refusal(exc)
            response = to_response(exc)
        except Exception as exc:  # noqa: BLE001 - the last boundary: a fault of ours becomes an answer in our words
            response = to_response(log_fault(exc))
        self._add_headers(request, response, allowance)
        return response

    def _add_headers(self, request: Request, response: Response, allowance: Allowance | None) -> None:
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        if allowance is not None:
            for name, value in rate_headers(allowance).items():
                response.headers.setdefault(name, value)
        try:
            settings = self._resolve_deps().settings
        except MangaError:
            # Already answered: the settings can't be read.
            return
        response.headers.update(cors_headers(request, settings))
