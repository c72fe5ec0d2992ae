"""The result of a run: one line, and a list of findings."""

from collections import Counter
from dataclasses import dataclass, field

from tests.faults.findings import Finding, FindingKind


@dataclass(slots=True)
class Summary:
    """Counts of a run."""

    seed: int
    generations: int = 0
    as_they_should: int = 0
    complete: int = 0
    results: int = 0
    readings: int = 0
    model_calls: int = 0
    least_model_calls: int = 0
    faults: Counter[str] = field(default_factory=Counter[str])
    findings: list[Finding] = field(default_factory=list[Finding])
    took_s: float = 0

    @property
    def is_clean(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings and self.as_they_should == self.generations

    def count(self, kind: FindingKind) -> int:
        """Return how many findings are of a kind."""
        return sum(finding.kind == kind for finding in self.findings)

    def __str__(self) -> str:
        faults = ", ".join(f"{kind} {count}" for kind, count in sorted(self.faults.items()))
        line = (
            f"{self.as_they_should} of {self.generations} ended as they should ({self.complete} complete), "
            f"{self.count('lost')} lost, {self.count('doubled')} doubled of {self.results} results "
            f"in {self.readings} readings; faults: {faults or 'none'}; model calls {self.model_calls} "
            f"of at least {self.least_model_calls} (seed {self.seed}, {self.took_s:.0f} s)"
        )
        return "\n".join([line, *(f"  {finding}" for finding in self.findings)])
