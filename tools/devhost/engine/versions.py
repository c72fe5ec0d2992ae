"""Which orchestrations this app may run: those of its own version and of older ones, by host.json.

Learned from the Durable Task extension's versioning: an instance carries the version that it was started with; one
that this app may not run is left alone (`Reject`), so that after a rollback the newer version can still finish it.
"""

import re
from dataclasses import dataclass
from typing import Literal

type Match = Literal["None", "Strict", "CurrentOrOlder"]

_NUMBERS = re.compile(r"\d+(?:\.\d+)*")


@dataclass(frozen=True, slots=True)
class Versions:
    """host.json's `defaultVersion` (of what is started without one) and `versionMatchStrategy`."""

    default: str | None = None
    match: Match = "None"

    def may_run(self, version: str | None) -> bool:
        """Tell whether an instance of that version is this app's to run; none at all is the oldest."""
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
