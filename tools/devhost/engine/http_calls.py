"""``context.call_http``: a request made for an orchestrator, 202 answers followed until they end.

As in the extension, a 202 with a Location is polled until another status comes. Polls are not recorded in history, and
the request is made again after a restart, so it must bear repetition. Token sources are an Azure service: refused.
"""

import asyncio
import json
from collections.abc import Mapping
from typing import cast
from urllib.parse import urljoin

import aiohttp

from tools.devhost.engine.execution import history
from tools.devhost.engine.invoker import Outcome

_DEFAULT_POLL_S = 30.0
_ACCEPTED = 202


async def run_http_call(request_text: str) -> Outcome:
    """Make a request (JSON text, as the SDK writes it); return its answer as the SDK reads it, or why there is none."""
    request = cast("dict[str, object]", json.loads(request_text))
    try:
        return Outcome(await _request(request))
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        return Outcome(error=f"HTTP call to {request.get('uri')} failed: {type(error).__name__}: {error}")


async def _request(request: Mapping[str, object]) -> str:
    """Make the request and follow it to its end; the answer as the SDK expects it (JSON text)."""
    if request.get("tokenSource"):
        raise ValueError("a tokenSource needs Azure's identity service, which this host does not have")
    method, uri = str(request.get("method", "GET")), str(request.get("uri"))
    headers = cast("dict[str, str]", request.get("headers") or {})
    content = request.get("content")
    async with aiohttp.ClientSession() as session:
        body = str(content) if content is not None else None
        while True:
            async with session.request(method, uri, data=body, headers=headers) as response:
                location = response.headers.get("Location")
                if response.status != _ACCEPTED or location is None:
                    answer = {
                        "statusCode": response.status,
                        "headers": dict(response.headers),
                        "content": await response.text(),
                    }
                    return history.to_json(answer)
                wait_s = _seconds(response.headers.get("Retry-After"))
            await asyncio.sleep(wait_s)
            method, uri, body = "GET", urljoin(uri, location), None


def _seconds(retry_after: str | None) -> float:
    """The header's seconds; its other form, a date, is answered with the default."""
    return float(retry_after) if retry_after is not None and retry_after.isdecimal() else _DEFAULT_POLL_S
