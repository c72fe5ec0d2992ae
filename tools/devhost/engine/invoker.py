"""The engine's interface to the app's code; the worker implements it."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Outcome:
    """A function's result: JSON text (None: no value), or an error with its Python stack."""

    value: str | None = None
    error: str | None = None
    stack: str = ""


class Names(Protocol):
    """Which durable functions the app has, by the names orchestrations use for them, which ignore case."""

    def has_orchestrator(self, name: str) -> bool: ...
    def has_activity(self, name: str) -> bool: ...
    def has_entity(self, name: str) -> bool: ...


class Invoker(Names, Protocol):
    """Runs durable functions."""

    async def run_orchestrator(self, name: str, context: str) -> Outcome:
        """Replay an orchestrator over `context` (JSON text)."""
        ...

    async def run_activity(self, name: str, activity_input: str) -> Outcome: ...

    async def run_entity(self, name: str, context: str) -> Outcome:
        """Run a batch of operations over `context` (JSON text)."""
        ...
