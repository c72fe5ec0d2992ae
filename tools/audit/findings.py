"""Parses the output of the audit tools."""

from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

type Scope = Literal["deployed", "development"]

_SERIOUS = frozenset({"high", "critical"})


class NotAnswered(Exception):
    """The registry has no advisories, or can't be reached; the message says what happened."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A known vulnerability of a pinned package. `severity` is None if the registry does not say."""

    id: str
    package: str
    version: str
    scope: Scope
    severity: str | None = None

    @property
    def counts(self) -> bool:
        """Whether it has to be fixed or accepted: any in a deployed package, a serious one in a tool."""
        return self.scope == "deployed" or self.severity is None or self.severity in _SERIOUS

    def __str__(self) -> str:
        return f"{self.package} {self.version} ({self.scope}): {self.id} {self.severity or ''}".rstrip()


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore")


class _PipVulnerability(_Answer):
    id: str


class _PipPackage(_Answer):
    name: str
    version: str = ""
    vulns: tuple[_PipVulnerability, ...] = ()
    skip_reason: str | None = None


class _PipAnswer(_Answer):
    dependencies: tuple[_PipPackage, ...]


class _NpmAdvisory(_Answer):
    url: str
    severity: str


class _NpmPackage(_Answer):
    name: str
    range: str
    via: tuple[_NpmAdvisory | str, ...]


class _NpmAnswer(_Answer):
    vulnerabilities: dict[str, _NpmPackage]


def pip_findings(answer: str, scope: Scope) -> list[Finding]:
    """Return the findings of `pip-audit --format json`.

    Raises:
        NotAnswered: the output is something else, or no package could be audited.
    """
    try:
        packages = _PipAnswer.model_validate_json(answer).dependencies
    except ValidationError as exc:
        raise NotAnswered("pip-audit gave no answer") from exc
    if all(package.skip_reason for package in packages):
        raise NotAnswered("the registry knows no advisories")
    return [
        Finding(vulnerability.id, package.name, package.version, scope)
        for package in packages
        for vulnerability in package.vulns
    ]


def npm_findings(answer: str) -> list[Finding]:
    """Return the findings of `npm audit --json`; all of npm's packages are development tools.

    Raises:
        NotAnswered: the output is something else.
    """
    try:
        packages = _NpmAnswer.model_validate_json(answer).vulnerabilities
    except ValidationError as exc:
        raise NotAnswered("the registry knows no advisories") from exc
    return [
        Finding(advisory.url.rpartition("/")[2], package.name, package.range, "development", advisory.severity)
        for package in packages.values()
        for advisory in package.via
        if isinstance(advisory, _NpmAdvisory)
    ]
