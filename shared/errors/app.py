"""Errors of requests and of what the app depends on, apart from the model."""

from dataclasses import dataclass
from typing import ClassVar, NamedTuple


class FieldProblem(NamedTuple):
    """One broken field of a request, by its JSON path."""

    field: str
    message: str


class MangaError(Exception):
    """Base of the tree. `code` is stable; `str(error)` is safe to show to a client."""

    code: ClassVar[str] = "internal-error"
    message: ClassVar[str] = ""
    retry_after_s: int | None = None

    def __init__(self, message: str = "") -> None:
        super().__init__(message or self.message)


class InvalidInput(MangaError):
    """The request is wrong. `problems` names every broken field."""

    code = "invalid-input"

    def __init__(self, message: str, problems: tuple[FieldProblem, ...] = ()) -> None:
        super().__init__(message)
        self.problems = problems


class RequestTooLarge(InvalidInput):
    """The body is larger than MAX_REQUEST_BYTES."""

    code = "request-too-large"


class UnsupportedMediaType(InvalidInput):
    """The body is not JSON."""

    code = "unsupported-media-type"


class PostHasNoText(InvalidInput):
    """The post of Reddit has an image or a link only."""

    code = "post-has-no-text"


class PostTooLong(InvalidInput):
    """The post of Reddit is longer than MAX_STORY_WORDS or MAX_STORY_CHARACTERS."""

    code = "post-too-long"


class NotFound(MangaError):
    """No such generation, or no such image in it."""

    code = "not-found"


class UnknownGeneration(NotFound):
    """There is no generation of this id, or it was deleted. Every address of it answers with this sentence."""

    message = "There is no generation of this id: check the address; it may have been deleted."


class Expired(NotFound):
    """The generation's retention has passed."""

    code = "expired"
    message = "This generation has expired and was removed. Start it again, with a new Idempotency-Key if you send one."


class PostNotFound(NotFound):
    """There is no such post of Reddit."""

    code = "post-not-found"
    message = "Reddit has no such post. Check the address, or copy it again from the post's page."


class PostPrivate(NotFound):
    """The post's community is closed to strangers."""

    code = "post-private"
    message = (
        "This post's community is private, quarantined or banned, so it can't be read from here. "
        "If you can see the post, copy its text."
    )


class PostRemoved(NotFound):
    """The post's text was taken away."""

    code = "post-removed"
    message = "This post's text was removed by its author, by a moderator or by Reddit. Choose another post."


class Conflict(MangaError):
    """The request does not fit the state it meets."""

    code = "conflict"


class IdempotencyKeyReused(Conflict):
    """The Idempotency-Key was sent before with another body."""

    code = "idempotency-key-reused"


class StartCancelled(Conflict):
    """The start was cancelled by its Idempotency-Key before it arrived."""

    code = "start-cancelled"
    message = "This start was cancelled. To start it after all, send it with a new Idempotency-Key."


class StillRunning(Conflict):
    """The generation is being worked on."""

    code = "still-running"


class NotCancellable(Conflict):
    """The generation has ended by itself."""

    code = "already-ended"
    message = "This generation has already ended, so there is nothing to cancel."


class NothingToDo(Conflict):
    """The generation has nothing that the request could change."""

    code = "nothing-to-do"


class NothingToExport(Conflict):
    """Nothing of the generation is drawn yet."""

    code = "nothing-to-export"


class LetteringIsDrawn(Conflict):
    """The generation's texts are drawn into its pictures."""

    code = "lettering-is-drawn"
    message = (
        "The texts of this comic are drawn into its pictures, so they can't be read, translated or edited. "
        "Start it with `lettering` of `text` to have them over the pictures."
    )


class PlanChanged(MangaError):
    """The plan has another version than the one that the client has edited."""

    code = "plan-changed"
    message = "The plan has changed since you read it. Read it again, and repeat your changes."


class LetteringChanged(MangaError):
    """The texts of the panel have another version than the one that the client has edited."""

    code = "lettering-changed"
    message = "The texts of this panel have changed since you read them. Read them again, and repeat your changes."


@dataclass(frozen=True, slots=True)
class Allowance:
    """How much of a limit is left: `limit` in all, `remaining` now, more in `reset_s` seconds."""

    limit: int
    remaining: int
    reset_s: int


class TooManyRequests(MangaError):
    """A limit is reached; `allowance` says which, and `retry_after_s` when to come back."""

    code = "too-many-requests"

    def __init__(self, message: str, allowance: Allowance) -> None:
        super().__init__(message)
        self.allowance = allowance
        self.retry_after_s = allowance.reset_s


class RateLimited(TooManyRequests):
    """This client has called this endpoint too often within a minute."""

    code = "rate-limited"


class DailyLimitReached(TooManyRequests):
    """This client has started as many generations as it may within a day."""

    code = "daily-limit-reached"


class TooManyGenerations(TooManyRequests):
    """As many generations are being worked on as the app takes at once."""

    code = "too-many-generations"


class BudgetExhausted(MangaError):
    """A call of the model would cost more than may still be spent; it was not made."""

    code = "budget-exhausted"


class GenerationBudgetExhausted(BudgetExhausted):
    """The call would take its generation over MAX_PRICE_PER_GENERATION."""

    code = "generation-budget-exhausted"
    message = "The spending limit of this story is reached. Finished results are kept."


class DailyBudgetExhausted(BudgetExhausted):
    """The call would take the day over MAX_PRICE_PER_DAY."""

    code = "daily-budget-exhausted"

    def __init__(self, until_midnight_s: int) -> None:
        super().__init__(
            "The daily spending limit of this app is reached. Nothing was started; try again after midnight UTC."
        )
        self.retry_after_s = until_midnight_s


class Cancelled(MangaError):
    """The generation was cancelled before this step called the model."""

    code = "cancelled"


class NotConfigured(MangaError):
    """A setting is missing or wrong; the message names it."""

    code = "not-configured"
    retry_after_s = 60


class Busy(MangaError):
    """This process holds as many request bodies as it can."""

    code = "busy"
    retry_after_s = 5
    message = "This app is busy with other large requests. Nothing was started; try again in a few seconds."


class StorageUnavailable(MangaError):
    """Blob storage can't be reached or refused the app."""

    code = "storage-unavailable"
    retry_after_s = 5


class EngineUnavailable(MangaError):
    """The durable engine can't be reached."""

    code = "engine-unavailable"
    retry_after_s = 5


class RedditUnavailable(MangaError):
    """Reddit did not answer in time, or not with a post, or it refuses this app."""

    code = "reddit-unavailable"

    def __init__(self, retry_after_s: int | None = None) -> None:
        super().__init__(
            "Reddit does not hand out this post right now. Try again in a minute, or copy the post's text yourself."
        )
        self.retry_after_s = retry_after_s or 60


class IssueTrackerUnavailable(MangaError):
    """The issue tracker did not take a report."""

    code = "issue-tracker-unavailable"
    retry_after_s = 60
    message = "The report could not be filed, and it is not kept here. Keep its text and try again in a minute."
