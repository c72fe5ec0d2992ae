"""A violation that the checks report."""

from dataclasses import dataclass
from typing import Literal

type FindingKind = Literal["lost", "doubled", "changed", "refused", "contract", "ending", "call", "process"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One violation: of which generation, and what."""

    kind: FindingKind
    generation: str
    text: str

    def __str__(self) -> str:
        return f"{self.kind:<8}  {self.generation}: {self.text}"
