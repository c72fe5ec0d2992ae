"""Limits of size and speed for requests. The defaults are those of Kestrel, the server of Azure's host.

Source: https://learn.microsoft.com/aspnet/core/fundamentals/servers/kestrel/options
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RequestLimits:
    """Limits of one request."""

    max_body_bytes: int = 104_857_600
    """The Functions host's own limit."""
    head_timeout_s: float = 30
    """From a request's first byte to the end of its headers."""
    idle_timeout_s: float = 130
    """How long a connection may stay open without a request."""
    min_body_bytes_per_s: float = 240
    body_grace_s: float = 5
    """How long a body may be slower than that."""
    drain_s: float = 5
    """How long the rest of a body is read and dropped after an answer, so that the client can read the answer."""
    max_target_bytes: int = 8190
    max_header_bytes: int = 32_768
    """The same for one header and for all headers of a request."""
    max_headers: int = 100
