"""A death of the host, and what was saved at that moment."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HostDeath:
    """The host died. `how` is `kill -9` or the named point.

    `last_call` is the number of the last model call before, `saved` the names of the result blobs that were there.
    """

    how: str
    last_call: int
    saved: frozenset[str]
