"""The messages of the NDJSON stream: a union by `type`, as clients of the original design parse them.

Result messages have a `seq` (1, 2, 3 … without a gap; a message's number never changes).
Progress messages (`status`, and `error` with `retrying`) have none.
"""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from shared.models.base import WireModel
from shared.models.story import StopAfter, StoryAnalysis, StoryBreakdown
from shared.models.usage import UsageReport

type Step = Literal["analysis", "chunks", "character", "panel", "retry", "reconnect", "critical", "cancelled"]


class CharacterReference(WireModel):
    """A character's sheet. `image` is a data URL, or a URL of this app with `images=url`."""

    name: str
    image: str
    description: str


class GeneratedPanel(WireModel):
    """A drawn panel. `panel_number` counts from 1; `image` is a data URL or a URL of this app."""

    panel_number: int
    image: str


class Message(WireModel):
    """What every message carries."""

    generation_id: str


class StatusMessage(Message):
    """A progress message: what is being worked on."""

    type: Literal["status"] = "status"
    step: Step
    message: str


class AnalysisMessage(Message):
    """The story was understood, or a client has edited that. Images of the `outdated` characters no longer count."""

    type: Literal["analysis"] = "analysis"
    seq: int
    outdated: tuple[int, ...] | None = None
    data: StoryAnalysis


class ChunksMessage(Message):
    """The story was cut into panels, or a client has edited them. Images of the `outdated` panels no longer count."""

    type: Literal["chunks"] = "chunks"
    seq: int
    outdated: tuple[int, ...] | None = None
    data: StoryBreakdown


class CharacterMessage(Message):
    """A character's sheet was drawn. `index` is 0-based, into the analysis' characters."""

    type: Literal["character"] = "character"
    seq: int
    index: int
    version: int
    data: CharacterReference


class PanelMessage(Message):
    """A panel was drawn. `panel_number` is 0-based here (an index); `data.panel_number` is 1-based."""

    type: Literal["panel"] = "panel"
    seq: int
    panel_number: int
    version: int
    data: GeneratedPanel


class ErrorMessage(Message):
    """Something failed: for now (`retrying`, no `seq`) or for good (with a `seq`). The code is stable.

    `wait_seconds`: the model asked to wait this long before the next attempt.
    """

    type: Literal["error"] = "error"
    seq: int | None = None
    step: Step
    message: str
    retrying: bool | None = None
    code: str | None = None
    index: int | None = None
    wait_seconds: int | None = None


class CompleteMessage(Message):
    """The last message of a generation that ran to its end.

    `total_panels` were planned; failed ones are listed by their 0-based index. `usage` is that of all model calls so
    far; it is missing for generations from before calls were counted. `stopped_after`: the plan is there, and a retry
    draws what is missing.
    """

    type: Literal["complete"] = "complete"
    seq: int
    total_panels: int
    failed_panels: tuple[int, ...] | None = None
    failed_characters: tuple[int, ...] | None = None
    usage: UsageReport | None = None
    stopped_after: StopAfter | None = None


type StreamMessage = Annotated[
    StatusMessage | AnalysisMessage | ChunksMessage | CharacterMessage | PanelMessage | ErrorMessage | CompleteMessage,
    Field(discriminator="type"),
]

STREAM_MESSAGE: TypeAdapter[StreamMessage] = TypeAdapter(StreamMessage)


def is_last(message: StreamMessage) -> bool:
    """Return whether this is the last message of a generation's stream."""
    if isinstance(message, CompleteMessage):
        return True
    return isinstance(message, ErrorMessage) and message.step in {"critical", "cancelled"}


def sequence_of(message: StreamMessage) -> int | None:
    """Return a result message's `seq`, or None for a progress message."""
    return None if isinstance(message, StatusMessage) else message.seq
