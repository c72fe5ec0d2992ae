"""Inputs and results of orchestrations and activities: small values that refer to blobs."""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from shared.models.base import WireModel
from shared.models.ledger import Ledger
from shared.models.retried import Retried
from shared.models.step_ref import ImageKind, StepKind, StepRef
from shared.models.story import StopAfter
from shared.models.usage import Usage


class MakeMissing(WireModel):
    """Make whatever is missing: everything in the first round, in a retry what failed or was not started.

    `stop_after`: only the texts of the plan.
    """

    task: Literal["make-missing"] = "make-missing"
    stop_after: StopAfter | None = None


class MakeAgain(WireModel):
    """Draw one image again, as a new version. `instructions` names a blob; only earlier versions of the app set it.

    `from_version` is the version that is to be changed; without one, the image is drawn from nothing.
    """

    task: Literal["make-again"] = "make-again"
    kind: ImageKind
    index: int
    instructions: str | None = None
    from_version: Annotated[int | None, Field(exclude_if=lambda version: version is None)] = None


class Move(WireModel):
    """An image that counts at another index from now on: `version` at `index` is copied to `to_index`."""

    kind: ImageKind
    index: int
    version: int
    to_index: int


class ReplacePlan(WireModel):
    """Use the edited plan with this token from now on. The model is not called.

    `characters` and `panels` count those of the new plan. No earlier image counts at the `outdated` indexes. `moves`
    are images that the new plan has at another index.
    """

    task: Literal["replace-plan"] = "replace-plan"
    plan: str
    title: str
    language: str | None = None
    characters: int
    panels: int
    outdated_characters: tuple[int, ...] = ()
    outdated_panels: tuple[int, ...] = ()
    moves: tuple[Move, ...] = ()


class ImageCopy(Move):
    """A move, and the version that the copy gets at its new index."""

    to_version: int


class CopyRequest(WireModel):
    """Input of the activity that copies images of one generation."""

    generation_id: str
    copies: tuple[ImageCopy, ...]


COPIES: TypeAdapter[tuple[ImageCopy, ...]] = TypeAdapter(tuple[ImageCopy, ...])


type Work = Annotated[MakeMissing | MakeAgain | ReplacePlan, Field(discriminator="task")]


class MangaInput(WireModel):
    """Input of the `manga` orchestration.

    `resumed`: the generation has ended before, and this round continues its saved ledger. `round` is its number (0: the
    first; None from versions before rounds were counted). `trace_parent` is the span (W3C `traceparent`) of the request
    that asked for this work, if tracing is on. `is_followed`: when a start or a retry completes the generation, the
    chapter that waits after it begins.
    """

    parallel_steps: Annotated[int, Field(ge=1)]
    resumed: bool = False
    round: int | None = None
    work: Work = MakeMissing()
    trace_parent: str | None = None
    # Omitted for most, so that their orchestrations replay as before this field.
    is_followed: Annotated[bool, Field(exclude_if=lambda is_followed: not is_followed)] = False


class StepRequest(StepRef):
    """Input of a `step` orchestration and of its activity.

    `sheets` are the versions of the existing sheets by the character's index. `instructions` and `trace_parent` are
    those of the MangaInput. `round` is the ledger's (0: the first). `waited_s` is how long the step has waited so far
    because the model asked it to. `plan` is the token of the edited plan to draw from (None: the model's plan).
    """

    sheets: dict[int, int] = Field(default_factory=dict[int, int])
    instructions: str | None = None
    # Omitted when empty, so that orchestrations from before this field replay unchanged.
    trace_parent: Annotated[str | None, Field(exclude_if=lambda trace_parent: trace_parent is None)] = None
    round: Annotated[int, Field(exclude_if=lambda round_: round_ == 0)] = 0
    waited_s: Annotated[int, Field(exclude_if=lambda waited_s: waited_s == 0)] = 0
    plan: Annotated[str | None, Field(exclude_if=lambda plan: plan is None)] = None


class LedgerRequest(WireModel):
    """Input of the activities that save a generation's ledger (`ledger` is given) and load it for a `round`."""

    generation_id: str
    ledger: Ledger | None = None
    round: int | None = None


class NextChapterRequest(WireModel):
    """Input of the activity that begins the chapter after a generation."""

    generation_id: str


class StepDone(WireModel):
    """The step's result is in storage; these are the values that the orchestration needs.

    `ended_before` is set by version 1.0 only: the generation was started a second time and has a saved ledger.
    `used` is the usage of the call that made the result, possibly in an earlier run; None from versions that did not
    count it. The usage of failed attempts is in the step's failure record.
    """

    outcome: Literal["done"] = "done"
    ended_before: bool | None = None
    title: str | None = None
    language: str | None = None
    count: int | None = None
    used: Usage | None = None
    retried: Retried | None = None


class StepFailed(WireModel):
    """The step has failed for good. `failure` is a code; its failure record has the details and the usage."""

    outcome: Literal["failed"] = "failed"
    failure: str
    retried: Retried | None = None


type StepOutcome = Annotated[StepDone | StepFailed, Field(discriminator="outcome")]

STEP_OUTCOME: TypeAdapter[StepOutcome] = TypeAdapter(StepOutcome)


class StepWaits(WireModel):
    """The model asked for a wait: the step's activity is to be called again in `wait_s` seconds.

    `attempts` is how many attempts the step has made so far.
    """

    outcome: Literal["waits"] = "waits"
    wait_s: int
    attempts: int


type ActivityOutcome = Annotated[StepDone | StepFailed | StepWaits, Field(discriminator="outcome")]

ACTIVITY_OUTCOME: TypeAdapter[ActivityOutcome] = TypeAdapter(ActivityOutcome)

MAX_ATTEMPTS = 2
RETRIES_EXHAUSTED = "retries-exhausted"
FIRST_VERSION = 1


class StepProgress(WireModel):
    """Custom status of a `step` orchestration, for people who look at it in the portal.

    `attempt` is the latest one that the orchestration knows of: it learns of the built-in retry from the outcome.
    `waiting_s` is set while the step waits because the model asked it to.
    """

    kind: StepKind
    index: int = 0
    version: int = 1
    attempt: int = 1
    waiting_s: int | None = None


class FailureRecord(WireModel):
    """Why a step's latest attempt failed: a code of `shared.errors`, and the reason of a block.

    `attempts` counts the failed attempts so far, and `waits` those at which the model asked for a wait. `retried` is
    about the attempt before this one. `will_retry`: another attempt follows, `wait_s` seconds later if the model asked
    for that. `waited_s` is how long the step had waited before this attempt. All of these are about one `round`; `used`
    is the usage of the failed attempts of all rounds.
    """

    code: str
    block: str | None = None
    used: Usage = Usage()
    attempts: int = 1
    waits: int = 0
    retried: Retried | None = None
    will_retry: bool = False
    wait_s: int | None = None
    waited_s: int = 0
    round: int = 0
