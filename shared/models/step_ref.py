"""Which step is meant: the one type by which blobs, orchestrations, ledger entries, logs and spans refer to a step."""

from typing import Literal

from pydantic import TypeAdapter

from shared.models.base import WireModel

type TextKind = Literal["analysis", "chunks"]
type ImageKind = Literal["character", "panel"]
type StepKind = Literal["analysis", "chunks", "character", "panel"]
STEP_KIND: TypeAdapter[StepKind] = TypeAdapter(StepKind)


class StepRef(WireModel):
    """One step of a generation. `index` counts characters and panels from 0; `version` counts from 1.

    A text step gets a new version in each round that runs it, an image each time it is drawn.
    """

    generation_id: str
    kind: StepKind
    index: int = 0
    version: int = 1

    @property
    def is_image(self) -> bool:
        """Whether the step's result is an image."""
        return self.kind in {"character", "panel"}

    @property
    def log_fields(self) -> dict[str, str | int]:
        """The step as fields of a log record."""
        return {"generation_id": self.generation_id, "step": self.kind, "index": self.index, "version": self.version}
