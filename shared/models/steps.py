"""What crosses the durable boundary: small values that refer to blobs by generation, step and version."""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from shared.models.base import WireModel
from shared.names import StepKind


class MangaInput(WireModel):
    """Input of the `manga` orchestration: the settings that it must not read by itself on replay."""

    parallel_steps: Annotated[int, Field(ge=1)]


class StepRequest(WireModel):
    """Input of a `step` orchestration and of its activity.

    `index` is 0-based into the analysis' characters or the breakdown's panels.
    `sheets` are the characters that have a sheet: version by index.
    """

    generation_id: str
    kind: StepKind
    index: int = 0
    version: int = 1
    sheets: dict[int, int] = Field(default_factory=dict[int, int])


class StepDone(WireModel):
    """The step's result lies in storage; this is what the orchestration needs to go on."""

    outcome: Literal["done"] = "done"
    title: str | None = None
    count: int | None = None


class StepFailed(WireModel):
    """The step has failed for good. `failure` is a code; the words lie in the step's failure record."""

    outcome: Literal["failed"] = "failed"
    failure: str


type StepOutcome = Annotated[StepDone | StepFailed, Field(discriminator="outcome")]

STEP_OUTCOME: TypeAdapter[StepOutcome] = TypeAdapter(StepOutcome)

RETRIES_EXHAUSTED = "retries-exhausted"


class StepProgress(WireModel):
    """Custom status of a `step` orchestration: which step, and its attempt, counted from 1."""

    kind: StepKind
    index: int = 0
    version: int = 1
    attempt: int = 1


class FailureRecord(WireModel):
    """Why a step's latest attempt failed: a code of `shared.errors`, and a block's reason."""

    code: str
    block: str | None = None
