"""Which known vulnerabilities fail the check."""

import datetime as dt
import json
from pathlib import Path

import pytest

from tools.audit.findings import Finding, NotAnswered, npm_findings, pip_findings
from tools.audit.policy import Policy, load_policy

TODAY = dt.date(2026, 6, 1)
PIP: dict[str, list[object]] = {
    "dependencies": [
        {"name": "safe", "version": "1.0", "vulns": []},
        {"name": "broken", "version": "2.0", "vulns": [{"id": "GHSA-1", "fix_versions": ["2.1"]}]},
        {"name": "private", "skip_reason": "Dependency not found on PyPI and could not be audited"},
    ],
    "fixes": [],
}
NPM = {
    "vulnerabilities": {
        "tool": {"name": "tool", "range": "<3", "via": [{"url": "https://x.test/GHSA-2", "severity": "high"}, "other"]},
        "toy": {"name": "toy", "range": "<1", "via": [{"url": "https://x.test/GHSA-3", "severity": "low"}]},
    }
}


def accepting(until: str) -> Policy:
    reason = "the broken part is never called by this app"
    return Policy.model_validate(
        {"accepted": [{"id": "GHSA-1", "package": "broken", "reason": reason, "until": until}]}
    )


def test_vulnerability_of_a_deployed_package_is_a_violation() -> None:
    findings = pip_findings(json.dumps(PIP), "deployed")

    assert Policy().violations(findings, TODAY) == ["broken 2.0 (deployed): GHSA-1"]


def test_only_serious_vulnerabilities_of_tools_are_violations() -> None:
    assert Policy().violations(npm_findings(json.dumps(NPM)), TODAY) == ["tool <3 (development): GHSA-2 high"]


def test_accepted_vulnerability_is_no_violation_until_its_day_has_passed() -> None:
    findings = pip_findings(json.dumps(PIP), "deployed")

    assert accepting("2026-06-01").violations(findings, TODAY) == []
    assert accepting("2026-05-31").violations(findings, TODAY) == ["broken 2.0 (deployed): GHSA-1"]


def test_acceptance_is_valid_for_its_own_package_only() -> None:
    other = Finding("GHSA-1", "other", "1.0", "deployed")

    assert accepting("2026-06-01").violations([other], TODAY) == [str(other)]


def test_acceptance_for_years_is_a_violation() -> None:
    assert accepting("2028-01-01").violations([], TODAY) != []


@pytest.mark.parametrize(
    "answer",
    ["", "{}", "no route to host", json.dumps({"dependencies": [{"name": "a", "skip_reason": "not found"}]})],
)
def test_pip_audit_without_advisories_is_an_error(answer: str) -> None:
    with pytest.raises(NotAnswered):
        pip_findings(answer, "deployed")


@pytest.mark.parametrize("answer", ["", json.dumps({"message": "405 Method Not Allowed", "error": {}})])
def test_npm_audit_without_advisories_is_an_error(answer: str) -> None:
    with pytest.raises(NotAnswered):
        npm_findings(answer)


def test_policy_of_this_repository_is_valid() -> None:
    assert load_policy(Path("tools/audit/accepted.toml")).violations([], dt.datetime.now(dt.UTC).date()) == []
