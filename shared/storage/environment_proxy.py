"""The proxy that the environment names (`HTTPS_PROXY`, `NO_PROXY` …), looked up once for each server.

An aiohttp session that trusts the environment looks for it anew with every request, on a thread, and for a password
in `.netrc` too: that was a sixth of what a generation costs the host.
"""

from functools import cache
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass


def proxy_for(url: str) -> str | None:
    """Return the proxy for requests to the URL's server, or None if there is none."""
    server = urlsplit(url)
    return _proxy_for_server(server.scheme, server.netloc)


@cache
def _proxy_for_server(scheme: str, netloc: str) -> str | None:
    proxy = getproxies().get(scheme)
    return None if proxy is None or proxy_bypass(netloc) else proxy


def forget() -> None:
    """Look again: the environment has changed."""
    _proxy_for_server.cache_clear()
