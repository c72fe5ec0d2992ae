"""The result of a run."""

from collections import Counter
from dataclasses import dataclass, field

from schemathesis.engine import events


@dataclass(slots=True)
class Report:
    """Counts of answers by operation and status, and a text for every failure, with its request."""

    answers: dict[str, Counter[int]] = field(default_factory=dict[str, Counter[int]])
    failures: list[str] = field(default_factory=list[str])

    @property
    def requests(self) -> int:
        """The number of answered requests."""
        return sum(counts.total() for counts in self.answers.values())

    @property
    def never_accepted(self) -> list[str]:
        """Operations that refused every request, so that they are hardly tested."""
        return [label for label, counts in self.answers.items() if not any(status < 400 for status in counts)]

    @property
    def summary(self) -> str:
        """The counts in one line."""
        return f"{self.requests} requests, {len(self.answers)} operations, {len(self.failures)} failures"

    def note(self, event: events.EngineEvent) -> None:
        """Count the answers and failures of the event."""
        match event:
            case events.ScenarioFinished():
                self._count(event)
                self._note_failures(event)
            case events.NonFatalError():
                self.failures.append(f"{event.label}: {event.info.title}: {event.info.message}")
            case events.FatalError():
                self.failures.append(f"The run failed: {event.exception!r}")
            case _:
                pass

    def _count(self, event: events.ScenarioFinished) -> None:
        counts = self.answers.setdefault(event.recorder.label, Counter())
        for interaction in event.recorder.interactions.values():
            if interaction.response is not None:
                counts[interaction.response.status_code] += 1

    def _note_failures(self, event: events.ScenarioFinished) -> None:
        for checks in event.recorder.checks.values():
            for check in checks:
                if check.failure_info is not None:
                    failure, request = check.failure_info.failure, check.failure_info.code_sample
                    self.failures.append(f"{event.recorder.label}: {failure.title}\n{failure.message}\n{request}")
