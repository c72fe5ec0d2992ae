"""Which versions of orchestrations this app may run, by host.json.

As in the Durable Task extension, an instance has the version that it was started with. One that this app may not run
is not touched (`Reject`), so that the newer version can finish it after a rollback.
"""

import re
from dataclasses import dataclass
from typing import Literal

type Match = Literal["None", "Strict", "CurrentOrOlder"]

_NUMBERS = re.compile(r"\d+(?:\.\d+)*")


@dataclass(frozen=True, slots=True)
class Versions:
    """host.json's `defaultVersion` (of instances started without one) and `versionMatchStrategy`."""

    default: str | None = None
    match: Match = "None"

    def may_run(self, version: str | None) -> bool:
        """Whether this app may run an instance of that version; none is the oldest."""
        if self.match == "None":
            return True
        if self.match == "Strict":
            return (version or "") == (self.default or "")
        return _order(version) <= _order(self.default)


def _order(version: str | None) -> tuple[int, tuple[int, ...], str]:
    """Numbers are compared as such, anything else as text, after all numbers."""
    if not version:
        return 0, (), ""
    if _NUMBERS.fullmatch(version):
        return 1, tuple(int(part) for part in version.split(".")), ""
    return 2, (), version
