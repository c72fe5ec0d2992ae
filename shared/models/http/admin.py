"""Answers for the administrator. Nothing in them comes from a story: no title, no name, no text."""

from datetime import datetime
from typing import Literal

from shared.models.base import WireModel
from shared.models.step_ref import RoundStepKind
from shared.models.usage import UsageReport

type GenerationStatus = Literal["running", "completed", "failed", "cancelled"]


class ItemCounts(WireModel):
    """How many of a kind are done, have failed, and are planned (None: not known yet)."""

    done: int
    failed: int
    total: int | None = None


class StepFailure(WireModel):
    """A step that has failed for good: `index` is 0-based, `code` one of the app's codes."""

    step: RoundStepKind
    index: int
    code: str


class AdminGeneration(WireModel):
    """A generation at a glance. Times are in UTC and belong to its latest round.

    `rounds` is how often it ended; `usage` is None if it was not counted.
    """

    id: str
    status: GenerationStatus
    phase: str
    rounds: int
    characters: ItemCounts
    panels: ItemCounts
    failures: tuple[StepFailure, ...]
    created_at: datetime
    updated_at: datetime
    finished_at: datetime | None = None
    usage: UsageReport | None = None


class AdminGenerations(WireModel):
    """One page of generations, in the engine's order; `next_token` is for the next page (None: this is the last)."""

    generations: tuple[AdminGeneration, ...]
    next_token: str | None = None


class StatusCounts(WireModel):
    """How many generations there are of each status; `incomplete` of the completed ones lack something."""

    running: int = 0
    completed: int = 0
    incomplete: int = 0
    failed: int = 0
    cancelled: int = 0


class Durations(WireModel):
    """How long something took, in seconds: how many were measured, and their quantiles (None: none was)."""

    count: int
    p50_s: float | None = None
    p95_s: float | None = None
    max_s: float | None = None


class AdminMetrics(WireModel):
    """Statistics of the generations that were started or continued in a period.

    `completion_rate` is the share of `completed` among those that ended by themselves (None: none did).
    `critical_errors` counts generations that ended early, `errors_by_type` steps that failed for good, by code,
    `retries` the second attempts. Times are those of generations with one round only. `truncated`: there were more
    generations than are looked at.
    """

    since: datetime
    until: datetime
    generations: StatusCounts
    completion_rate: float | None = None
    critical_errors: int
    errors_by_type: dict[str, int]
    retries: int
    time_to_first_panel: Durations
    total_time: Durations
    truncated: bool
