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
│   ├── LetteringIsDrawn
│   └── NothingToExport
├── PlanChanged             another version of the plan was edited
├── LetteringChanged        another version of a panel's texts was edited
├── TooManyRequests         later, or less often
│   ├── RateLimited
│   ├── DailyLimitReached
│   └── TooManyGenerations
├── BudgetExhausted         a call of the model would cost more than may still be spent
│   ├── GenerationBudgetExhausted
│   └── DailyBudgetExhausted
├── Cancelled               the generation was cancelled first the model was called
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

from shared.errors.app import *  # noqa: F403 - all of the tree
from shared.errors.model import *  # noqa: F403
from shared.errors.reasons import public_reason as public_reason
