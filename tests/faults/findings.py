"""What may be found wrong."""

from dataclasses import dataclass
from typing import Literal

type FindingKind = Literal["lost", "doubled", "changed", "refused", "contract", "ending", "call", "process"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that should not be: of which generation, and what."""

    kind: FindingKind
    generation: str
    text: str

    def __str__(self) -> str:
        return f"{self.kind:<8}  {self.generation}: {self.text}"
