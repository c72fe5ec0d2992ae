"""Audit the pinned packages; exit with 1 if there is a vulnerability that the policy does not accept.

If a registry has no advisories, the check does not fail: it prints that nothing was audited.
"""

import datetime as dt
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tools.audit.findings import Finding, NotAnswered, npm_findings, pip_findings
from tools.audit.policy import load_policy

ROOT = Path(__file__).resolve().parents[2]
_TIMEOUT_S = 120
_PIP_AUDIT = ("-m", "pip_audit", "--require-hashes", "--disable-pip", "--progress-spinner=off", "--format=json")


def main() -> int:
    """Print what was found and return the exit status."""
    findings: list[Finding] = []
    audits: dict[str, Callable[[], list[Finding]]] = {
        "requirements.txt": lambda: pip_findings(_pip_audit("requirements.txt"), "deployed"),
        "requirements-dev.txt": lambda: pip_findings(_pip_audit("requirements-dev.txt"), "development"),
        "package-lock.json": lambda: npm_findings(_output_of(["npm", "audit", "--json"])),
    }
    for name, audit in audits.items():
        try:
            found = audit()
        except NotAnswered as exc:
            print(f"audit: {name}: not audited: {exc}.")
        else:
            print(f"audit: {name}: {len(found)} known vulnerabilities.")
            findings += found
    policy = load_policy(Path(__file__).with_name("accepted.toml"))
    violations = policy.violations(findings, dt.datetime.now(dt.UTC).date())
    for violation in violations:
        print(f"audit: {violation}", file=sys.stderr)
    return 1 if violations else 0


def _pip_audit(requirements: str) -> str:
    return _output_of([sys.executable, *_PIP_AUDIT, "--requirement", requirements])


def _output_of(command: list[str]) -> str:
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=_TIMEOUT_S, check=False)  # noqa: S603 - fixed commands
    except subprocess.TimeoutExpired as exc:
        raise NotAnswered(f"{command[0]} got no answer within {_TIMEOUT_S} s") from exc
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
