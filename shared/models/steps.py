"""What crosses the durable boundary: small values that refer to blobs by generation, step and version."""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from shared.models.base import WireModel
from shared.models.ledger import Ledger
from shared.models.retried import Retried
from shared.models.step_ref import ImageKind, StepKind, StepRef
from shared.models.usage import Usage


class MakeMissing(WireModel):
    """Make whatever is missing: everything at first, what failed or was not begun on a retry."""

    task: Literal["make-missing"] = "make-missing"


class MakeAgain(WireModel):
    """Make one image again, as a further version. `instructions` names the blob with the wish, if there is one."""

    task: Literal["make-again"] = "make-again"
    kind: ImageKind
    index: int
    instructions: str | None = None


type Work = Annotated[MakeMissing | MakeAgain, Field(discriminator="task")]


class MangaInput(WireModel):
    """Input of the `manga` orchestration: what it must not read by itself on replay.

    `resumed`: the generation has ended before, and its saved ledger is gone on with. `round` is which round this is
    (0: the first; None from an app of before rounds were counted). `trace_parent` is the span of the request that asks
    for this work (W3C `traceparent`), if traces are kept.
    """

    parallel_steps: Annotated[int, Field(ge=1)]
    resumed: bool = False
    round: int | None = None
    work: Work = MakeMissing()
    trace_parent: str | None = None


class StepRequest(StepRef):
    """Input of a `step` orchestration and of its activity.

    `sheets` are the characters that have a sheet: version by index. `instructions` names a blob. `trace_parent` is
    that of the work's MangaInput. `round` is the ledger's (0: the first). `waited_s` is how long the step has waited so
    far because the model told it to.
    """

    sheets: dict[int, int] = Field(default_factory=dict[int, int])
    instructions: str | None = None
    # Left out where there is none: orchestrations of before this field are replayed as they were.
    trace_parent: Annotated[str | None, Field(exclude_if=lambda trace_parent: trace_parent is None)] = None
    round: Annotated[int, Field(exclude_if=lambda round_: round_ == 0)] = 0
    waited_s: Annotated[int, Field(exclude_if=lambda waited_s: waited_s == 0)] = 0


class LedgerRequest(WireModel):
    """Input of the activities that save a generation's ledger (`ledger` is given) and load it for a `round`."""

    generation_id: str
    ledger: Ledger | None = None
    round: int | None = None


class StepDone(WireModel):
    """The step's result lies in storage; this is what the orchestration needs to go on.

    `ended_before`: this generation has a saved ledger, although it was begun as a new one.
    `used`: by the call that made the result, be it in an earlier run; None from an app that did not count. What
    failed attempts used lies in the step's failure record.
    """

    outcome: Literal["done"] = "done"
    ended_before: bool | None = None
    title: str | None = None
    count: int | None = None
    used: Usage | None = None
    retried: Retried | None = None


class StepFailed(WireModel):
    """The step has failed for good. `failure` is a code; the words, and what it used, lie in its failure record."""

    outcome: Literal["failed"] = "failed"
    failure: str
    retried: Retried | None = None


type StepOutcome = Annotated[StepDone | StepFailed, Field(discriminator="outcome")]

STEP_OUTCOME: TypeAdapter[StepOutcome] = TypeAdapter(StepOutcome)


class StepWaits(WireModel):
    """The model told the step when to come back: its activity is to be called again in `wait_s` seconds.

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
    """Custom status of a `step` orchestration, for people who watch it in the portal.

    `attempt` is the latest one that the orchestration knows of: it learns of the built-in retry from the outcome.
    `waiting_s` is set while the step waits because the model told it to.
    """

    kind: StepKind
    index: int = 0
    version: int = 1
    attempt: int = 1
    waiting_s: int | None = None


class FailureRecord(WireModel):
    """Why a step's latest attempt gave no result: a code of `shared.errors`, and a block's reason.

    `attempts` counts all attempts without a result so far, and `waits` those of them that the model answered with a
    time to wait. `retried` is what is known of the attempt before this one. `will_retry` says that another attempt
    follows, `wait_s` seconds later if the model asked for a wait; `waited_s` is how long the step had waited before the
    attempt. All of these are about the attempts of one `round`;
    `used` is what the step's attempts of all rounds used.
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
