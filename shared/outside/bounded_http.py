"""Requests to the hosts that settings name: bounded in time and in size, and never led to another host.

No proxy of the environment is used, no cookie is kept, and nothing is tried twice.
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
    """What an answer may take: `timeout_s` for all of it, `max_bytes` of its decoded body, `redirects` on its way."""

    timeout_s: Seconds
    max_bytes: int
    redirects: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that was read to its end. Header names are in lower case; `path` is where it was found."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    path: str


class NoAnswer(Exception):
    """There is no answer within the limits; the text says why, in our words."""


async def ask(
    method: Literal["GET", "POST"], url: str, limits: Limits, *, headers: Mapping[str, str], body: bytes | None = None
) -> Answer:
    """Send a request and return its answer, whatever its status is.

    Redirects are followed to the same scheme, host and port only, and only as often as `limits` says.

    Raises:
        NoAnswer: none came in time, it was too large, or it led elsewhere.
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
        # aiohttp raises ValueError for addresses and headers that can't be sent.
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
