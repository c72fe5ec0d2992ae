"""Every error this app raises on purpose, as one tree with stable codes.

MangaError
├── InvalidInput            the request is wrong; each broken field is named
│   ├── RequestTooLarge
│   ├── UnsupportedMediaType
│   ├── PostHasNoText       the post of Reddit has no story in it
│   └── PostTooLong
├── NotFound                no such generation or image
│   ├── UnknownGeneration   no such generation, or it was deleted
│   ├── Expired             its retention has passed
│   ├── PostNotFound        no such post of Reddit
│   ├── PostPrivate
│   └── PostRemoved
├── Conflict                the request does not fit the state it meets
│   ├── IdempotencyKeyReused
│   ├── StartCancelled      the start's Idempotency-Key was cancelled
│   ├── StillRunning
│   ├── NotCancellable
│   ├── NothingToDo
│   └── NothingToExport
├── TooManyRequests         later, or less often
│   ├── RateLimited
│   ├── DailyLimitReached
│   └── TooManyGenerations
├── BudgetExhausted         a call of the model would cost more than may still be spent
│   ├── GenerationBudgetExhausted
│   └── DailyBudgetExhausted
├── Cancelled               the generation was cancelled before the model was called
├── NotConfigured           a setting is missing or wrong
├── Busy                    this app holds as many request bodies as it can
├── StorageUnavailable      blob storage can't be reached
├── EngineUnavailable       the durable engine can't be reached
├── RedditUnavailable       Reddit gives no posts right now
├── IssueTrackerUnavailable the issue tracker takes no reports right now
└── ModelError              the model gave no result
    ├── ModelRateLimited    the model says when to come back
    ├── RetryableModelError worth one more try
    │   ├── ModelTimeout        no answer in time, 408, 504
    │   ├── ModelBusy           429 without a time to come back
    │   ├── ModelUnavailable    5xx, redirects, connection faults
    │   └── UnusableAnswer      empty, cut short, not JSON, wrong shape, no image, broken image
    └── FinalModelError     another call would end the same way
        ├── ContentBlocked      the prompt or the answer was blocked, for the reason it names
        ├── ModelInputTooLarge  the story and its images are too much for one call
        ├── ModelImageRejected  the model can't read a reference image
        └── ModelRefused        neither the story nor its images are the cause
            ├── ModelRejected           any other 4xx
            ├── ModelRequestInvalid     this app asked in a way that the model does not know: our bug
            ├── ModelQuotaExhausted     a daily quota, a quota of 0, no credit left
            ├── ModelBillingRequired
            ├── ModelLocationUnsupported
            ├── ModelAccessDenied       the key is wrong, expired or blocked
            ├── ModelPermissionDenied   the key is good, but may not do this
            └── UnknownModel            no such model, or it was retired

A message says what happened, to what, and what to do next, in our words: nothing of a provider's
answer, no key and no stack trace is ever part of it.
"""

import math
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from shared.models.steps import RETRIES_EXHAUSTED
from shared.models.usage import Usage


class FieldProblem(NamedTuple):
    """One broken field of a request, by its JSON path."""

    field: str
    message: str


class MangaError(Exception):
    """Base of the tree. `code` is stable; `str(error)` is safe to show to a client."""

    code: ClassVar[str] = "internal-error"
    retry_after_s: int | None = None


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

    def __init__(self) -> None:
        super().__init__("There is no generation of this id: check the address; it may have been deleted.")


class Expired(NotFound):
    """The generation's retention has passed."""

    code = "expired"

    def __init__(self) -> None:
        super().__init__(
            "This generation is no longer kept: it was removed a while after its end. Start it anew, with a new "
            "Idempotency-Key if you send one."
        )


class PostNotFound(NotFound):
    """There is no such post of Reddit."""

    code = "post-not-found"

    def __init__(self) -> None:
        super().__init__("Reddit has no such post: check the address, or copy it anew from the post's page.")


class PostPrivate(NotFound):
    """The post's community is closed to strangers."""

    code = "post-private"

    def __init__(self) -> None:
        super().__init__(
            "This post's community is private, quarantined or banned, so it can't be read from here. "
            "If you can see the post, copy its text."
        )


class PostRemoved(NotFound):
    """The post's text was taken away."""

    code = "post-removed"

    def __init__(self) -> None:
        super().__init__(
            "This post's text was removed by its author, by a moderator or by Reddit. Choose another post."
        )


class Conflict(MangaError):
    """The request does not fit the state it meets."""

    code = "conflict"


class IdempotencyKeyReused(Conflict):
    """The Idempotency-Key was sent before with another body."""

    code = "idempotency-key-reused"


class StartCancelled(Conflict):
    """The start was cancelled by its Idempotency-Key before it arrived."""

    code = "start-cancelled"

    def __init__(self) -> None:
        super().__init__("This start was cancelled. To start it after all, send it again with a new Idempotency-Key.")


class StillRunning(Conflict):
    """The generation is being worked on."""

    code = "still-running"


class NotCancellable(Conflict):
    """The generation has ended by itself."""

    code = "already-ended"

    def __init__(self) -> None:
        super().__init__("This generation has ended already, so there is nothing to cancel.")


class NothingToDo(Conflict):
    """The generation has nothing that the request could change."""

    code = "nothing-to-do"


class NothingToExport(Conflict):
    """Nothing of the generation is drawn yet."""

    code = "nothing-to-export"


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

    def __init__(self) -> None:
        super().__init__("What may be spent on one story is used up. What was made before stays.")


class DailyBudgetExhausted(BudgetExhausted):
    """The call would take the day over MAX_PRICE_PER_DAY."""

    code = "daily-budget-exhausted"

    def __init__(self, until_midnight_s: int) -> None:
        super().__init__(
            "What this app may spend in a day is used up. Nothing was started; try again after midnight UTC."
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

    def __init__(self) -> None:
        super().__init__("This app is busy with other large requests. Nothing was started; try again in a few seconds.")


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

    def __init__(self) -> None:
        super().__init__(
            "The report could not be filed, and it is not kept here. Keep its text and try again in a minute."
        )


class ModelError(MangaError):
    """The model gave no result. `reason` is a sentence for the person who waits for it; `used` is what that cost."""

    reason: ClassVar[str] = "the model gave no result"
    retryable: ClassVar[bool] = False

    def __init__(self, detail: str = "") -> None:
        """`detail` is for logs: it names the fault in our words, without the provider's text."""
        super().__init__(detail or self.reason)
        self.used = Usage()

    @property
    def public_reason(self) -> str:
        """Why there is no result, and what may help: a clause that fits after "… failed: "."""
        return self.reason


class ModelRateLimited(ModelError):
    """The model answered 429 or 503 and said when to come back: in `wait_s` seconds, as it was told.

    Waiting is not the one retry, so this is neither retryable nor final. The call was not paid for.
    """

    code = "model-rate-limited"
    reason = "the model is receiving too many requests and has asked this app to wait"

    def __init__(self, wait_s: float, detail: str = "") -> None:
        super().__init__(detail)
        self.wait_s = wait_s
        self.retry_after_s = math.ceil(wait_s)


class RetryableModelError(ModelError):
    """Worth one more try."""

    retryable = True
    retry_after_s = 10


class ModelTimeout(RetryableModelError):
    """The model did not answer in time, or said so itself."""

    code = "model-timeout"
    reason = "the model did not answer in time"


class ModelBusy(RetryableModelError):
    """The model answered 429 and did not say when to come back."""

    code = "model-busy"
    reason = "the model is receiving too many requests right now"


class ModelUnavailable(RetryableModelError):
    """The model answered 5xx or with a redirect, or the connection failed."""

    code = "model-unavailable"
    reason = "the model could not be reached"


class UnusableAnswer(RetryableModelError):
    """The model answered with something that is no result."""

    code = "model-answer-unusable"
    reason = "the model's answer could not be used"


class FinalModelError(ModelError):
    """Another call would end the same way."""


class ContentBlocked(FinalModelError):
    """The model refused. `block` is its reason, one of `BLOCK_REASONS`' keys."""

    code = "content-blocked"

    def __init__(self, block: str) -> None:
        self.block = block if block in BLOCK_REASONS else "OTHER"
        super().__init__(f"blocked: {self.block}")

    @property
    def public_reason(self) -> str:
        """The block's reason in plain words, and how to reword."""
        return BLOCK_REASONS[self.block]


class ModelInputTooLarge(FinalModelError):
    """The request is larger than the model takes, in bytes or in tokens."""

    code = "model-input-too-large"
    reason = "the story and its reference images are too large for the model; use fewer or smaller images"


class ModelImageRejected(FinalModelError):
    """The model can't read an image of the request."""

    code = "model-image-rejected"
    reason = "the model cannot read one of the reference images; save it anew as PNG or JPEG, or use another one"


class ModelRefused(FinalModelError):
    """The model refused the call for a cause that whoever runs this app has to remove."""

    retry_after_s = 60


class ModelRejected(ModelRefused):
    """The model answered 4xx, for no cause that we know."""

    code = "model-rejected-request"
    reason = "the model refused this request without a clear cause; whoever runs this app finds more in its log"


class ModelRequestInvalid(ModelRefused):
    """The model does not know a field or a value that this app sends."""

    code = "model-request-invalid"
    reason = (
        "the model does not accept the way in which this app asks it; "
        "whoever runs this app has to update it or choose another model"
    )


class ModelQuotaExhausted(ModelRefused):
    """A quota that waiting for some seconds can't cure: it is for a day, it is 0, or there is no credit left."""

    code = "model-quota-exhausted"
    retry_after_s = 3600
    reason = (
        "the quota of this app for the model is used up; retry it tomorrow, "
        "or whoever runs this app raises the quota or adds credit"
    )


class ModelBillingRequired(ModelRefused):
    """The project of the key has no billing."""

    code = "model-billing-required"
    reason = "the model needs a paid account; whoever runs this app has to turn on billing for the project of its key"


class ModelLocationUnsupported(ModelRefused):
    """The model is not offered where this app runs, or where it is billed."""

    code = "model-location-unsupported"
    reason = "the model is not offered where this app runs; whoever runs this app has to choose another region"


class ModelAccessDenied(ModelRefused):
    """The key is missing, wrong, expired or blocked."""

    code = "model-access-denied"
    reason = "the model's key is not accepted; whoever runs this app has to check GEMINI_API_KEY"


class ModelPermissionDenied(ModelRefused):
    """The key is known, but it or its project may not use the model."""

    code = "model-permission-denied"
    reason = (
        "the model's key may not be used for this; "
        "whoever runs this app has to check the restrictions of the key and that its project may use the Gemini API"
    )


class UnknownModel(ModelRefused):
    """There is no such model, or it was retired."""

    code = "model-unknown"
    reason = (
        "the configured model does not exist or was retired; "
        "whoever runs this app has to check GEMINI_TEXT_MODEL and GEMINI_IMAGE_MODEL"
    )


_REWORD = "try to tell this moment in milder words"

BLOCK_REASONS: dict[str, str] = {
    "SAFETY": f"the model's safety rules refused it; {_REWORD}",
    "IMAGE_SAFETY": f"the drawn image broke the model's safety rules; {_REWORD}",
    "PROHIBITED_CONTENT": f"the model takes it for prohibited content; {_REWORD}",
    "IMAGE_PROHIBITED_CONTENT": f"the drawn image would be prohibited content; {_REWORD}",
    "BLOCKLIST": "it contains words that the model refuses; use other words",
    "SPII": "it seems to contain personal data; leave out real names, addresses and numbers",
    "RECITATION": "it comes too close to an existing work; tell it more in your own words",
    "IMAGE_RECITATION": "the drawn image came too close to an existing work; describe the look more in your own words",
    "LANGUAGE": "the model does not support its language; try it in another language",
    "MODEL_ARMOR": f"a content filter refused it; {_REWORD}",
    "JAILBREAK": "the model takes it for an attempt to change its rules; tell it as a plain story",
    "OTHER": "the model refused it without a reason; try to tell it in other words",
}

_PUBLIC_REASONS: dict[str, str] = {
    error.code: error.reason
    for error in (
        ModelRateLimited,
        ModelTimeout,
        ModelBusy,
        ModelUnavailable,
        UnusableAnswer,
        ModelInputTooLarge,
        ModelImageRejected,
        ModelRejected,
        ModelRequestInvalid,
        ModelQuotaExhausted,
        ModelBillingRequired,
        ModelLocationUnsupported,
        ModelAccessDenied,
        ModelPermissionDenied,
        UnknownModel,
    )
} | {
    GenerationBudgetExhausted.code: "what may be spent on one story is used up",
    DailyBudgetExhausted.code: "what this app may spend in a day is used up; retry it after midnight UTC",
    Cancelled.code: "the generation was cancelled before",
    StorageUnavailable.code: "the storage of this app could not be reached",
    NotConfigured.code: "a setting of this app is missing; whoever runs it finds its name in the log",
    # No record says why the attempts failed: the storage was away, or they broke off. It may have been the model.
    RETRIES_EXHAUSTED: "all attempts failed; whoever runs this app finds the reason in its log",
}


def public_reason(code: str, block: str | None = None) -> str:
    """Return a failure's reason as a clause, from its stable code (and the block's reason)."""
    if code == ContentBlocked.code:
        return BLOCK_REASONS.get(block or "OTHER", BLOCK_REASONS["OTHER"])
    return _PUBLIC_REASONS.get(code, "something went wrong in this app")
