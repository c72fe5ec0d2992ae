"""Which step is meant: the one type by which blobs, orchestrations, ledger entries, logs and spans refer to a step."""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from shared.models.base import WireModel

type TextKind = Literal["analysis", "chunks"]
type ImageKind = Literal["character", "panel"]
# Steps of a generation's rounds. A `lettering` step translates the texts beside them: no round and no stream has it.
type RoundStepKind = Literal["analysis", "chunks", "character", "panel"]
type StepKind = Literal["analysis", "chunks", "character", "panel", "lettering"]
STEP_KIND: TypeAdapter[StepKind] = TypeAdapter(StepKind)


class StepRef(WireModel):
    """One step of a generation. `index` counts characters and panels from 0; `version` counts from 1.

    A text step gets a new version in each round that runs it, an image each time it is drawn. A `lettering` step has a
    `language` and the `source` of the texts (`shared.storage.lettering`); others have neither.
    """

    generation_id: str
    kind: StepKind
    index: int = 0
    version: int = 1
    # Omitted when empty, so that orchestrations from before these fields replay unchanged.
    language: Annotated[str | None, Field(exclude_if=lambda language: language is None)] = None
    source: Annotated[str | None, Field(exclude_if=lambda source: source is None)] = None

    @property
    def is_image(self) -> bool:
        """Whether the step's result is an image."""
        return self.kind in {"character", "panel"}

    @property
    def kind_in_round(self) -> RoundStepKind:
        """The kind of a step of a round.

        Raises:
            ValueError: it is a translation, which is no part of a round.
        """
        if self.kind == "lettering":
            raise ValueError(f"{self} is no step of a round.")
        return self.kind

    @property
    def log_fields(self) -> dict[str, str | int]:
        """The step as fields of a log record."""
        fields = {"generation_id": self.generation_id, "step": self.kind, "index": self.index, "version": self.version}
        return fields if self.language is None else {**fields, "language": self.language}
