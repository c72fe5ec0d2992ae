"""Accepted vulnerabilities."""

import datetime as dt
import tomllib
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from tools.audit.findings import Finding

MAX_ACCEPTED_DAYS = 180


class Acceptance(BaseModel):
    """One accepted vulnerability: why, and until which day."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Annotated[str, Field(min_length=1)]
    package: Annotated[str, Field(min_length=1)]
    reason: Annotated[str, Field(min_length=20)]
    until: dt.date


class Policy(BaseModel):
    """All acceptances."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    accepted: tuple[Acceptance, ...] = ()

    def violations(self, findings: list[Finding], today: dt.date) -> list[str]:
        """Return a line for each finding that counts and is not accepted, and each acceptance that lasts too long."""
        open_findings = [finding for finding in findings if finding.counts and not self._accepts(finding, today)]
        last_day = today + dt.timedelta(days=MAX_ACCEPTED_DAYS)
        return [
            *(str(finding) for finding in open_findings),
            *(
                f"{entry.id} is accepted until {entry.until}: at most {MAX_ACCEPTED_DAYS} days ahead are allowed."
                for entry in self.accepted
                if entry.until > last_day
            ),
        ]

    def _accepts(self, finding: Finding, today: dt.date) -> bool:
        return any(
            (entry.id, entry.package) == (finding.id, finding.package) and today <= entry.until
            for entry in self.accepted
        )


def load_policy(path: Path) -> Policy:
    """Read the policy."""
    return Policy.model_validate(tomllib.loads(path.read_text()))
