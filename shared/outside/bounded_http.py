"""Requests to the hosts in the settings, with limits on time and size, and never redirected to another host.

They use no proxy from the environment, keep no cookies, and are never retried.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import aiohttp
from yarl import URL

from shared.outside.bounded_answer import read_up_to
from shared.settings import Seconds

_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of a request: `timeout_s` in all, `max_bytes` of the decoded body, and `redirects`."""

    timeout_s: Seconds
    max_bytes: int
    redirects: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """A complete response. Header names are in lower case; `path` is that of the last request."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    path: str


class NoAnswer(Exception):
    """There is no response within the limits; the text says why."""


async def ask(
    method: Literal["GET", "POST"], url: str, limits: Limits, *, headers: Mapping[str, str], body: bytes | None = None
) -> Answer:
    """Send a request and return the response, whatever its status.

    Redirects are followed within the same scheme, host and port, up to the limit.

    Raises:
        NoAnswer: there was none in time, it was too large, or it redirected elsewhere.
    """
    try:
        async with (
            asyncio.timeout(limits.timeout_s),
            aiohttp.ClientSession(headers=headers, trust_env=False) as session,
        ):
            return await _follow(session, method, URL(url), limits, body)
    except TimeoutError as exc:
        raise NoAnswer(f"no answer within {limits.timeout_s} s") from exc
    except (aiohttp.ClientError, OSError, ValueError) as exc:
        # aiohttp raises ValueError for invalid URLs and headers.
        raise NoAnswer(f"no connection or no HTTP ({type(exc).__name__})") from exc


async def _follow(session: aiohttp.ClientSession, method: str, url: URL, limits: Limits, body: bytes | None) -> Answer:
    for _ in range(1 + limits.redirects):
        async with session.request(method, url, data=body, allow_redirects=False) as response:
            location = response.headers.get("location")
            if response.status not in _REDIRECTS or location is None or not limits.redirects:
                content = await read_up_to(response.content, limits.max_bytes)
                if content is None:
                    raise NoAnswer(f"an answer of more than {limits.max_bytes} bytes")
                headers = {name.lower(): value for name, value in response.headers.items()}
                return Answer(response.status, headers, content, url.path)
            url = _same_origin(url, location)
    raise NoAnswer(f"more than {limits.redirects} redirects")


def _same_origin(url: URL, location: str) -> URL:
    target = url.join(URL(location))
    if target.scheme != url.scheme or target.raw_authority != url.raw_authority:
        raise NoAnswer("a redirect to another host")
    return target
