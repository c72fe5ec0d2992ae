"""Errors of the model: what went wrong, and what a person can do about it."""

import math
from typing import ClassVar

from shared.errors.app import MangaError
from shared.models.usage import Usage

_REWORD = "describe this moment in milder words"

BLOCK_REASONS: dict[str, str] = {
    "SAFETY": f"the model's safety rules refused it; {_REWORD}",
    "IMAGE_SAFETY": f"the drawn image broke the model's safety rules; {_REWORD}",
    "PROHIBITED_CONTENT": f"the model considers it prohibited content; {_REWORD}",
    "IMAGE_PROHIBITED_CONTENT": f"the model considers the drawn image prohibited content; {_REWORD}",
    "BLOCKLIST": "it contains words that the model blocks; use other words",
    "SPII": "it seems to contain personal data; leave out real names, addresses and numbers",
    "RECITATION": "it is too similar to an existing work; use your own words",
    "IMAGE_RECITATION": "the drawn image was too similar to an existing work; describe the look in your own words",
    "LANGUAGE": "the model does not support its language; try it in another language",
    "MODEL_ARMOR": f"a content filter refused it; {_REWORD}",
    "JAILBREAK": "the model considers it an attempt to change its rules; write it as a plain story",
    "OTHER": "the model refused it without giving a reason; use other words",
}


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
    reason = "the model cannot read one of the reference images; save it again as PNG or JPEG, or use another image"


class ModelRefused(FinalModelError):
    """The model refused the call for a reason that the operator of this app has to fix."""

    retry_after_s = 60


class ModelRejected(ModelRefused):
    """The model answered 4xx, for no cause that we know."""

    code = "model-rejected-request"
    reason = "the model refused this request for an unknown reason; the operator of this app finds details in the log"


class ModelRequestInvalid(ModelRefused):
    """The model does not know a field or a value that this app sends."""

    code = "model-request-invalid"
    reason = (
        "the model does not support this app's requests; "
        "the operator of this app has to update it or choose another model"
    )


class ModelQuotaExhausted(ModelRefused):
    """A quota that waiting for some seconds can't cure: it is for a day, it is 0, or there is no credit left."""

    code = "model-quota-exhausted"
    retry_after_s = 3600
    reason = (
        "this app's quota for the model is used up; retry tomorrow, "
        "or ask the operator of this app to raise the quota or add credit"
    )


class ModelBillingRequired(ModelRefused):
    """The project of the key has no billing."""

    code = "model-billing-required"
    reason = "the model needs a paid account; the operator of this app has to enable billing for the key's project"


class ModelLocationUnsupported(ModelRefused):
    """The model is not offered where this app runs, or where it is billed."""

    code = "model-location-unsupported"
    reason = "the model is not available where this app runs; the operator of this app has to choose another region"


class ModelAccessDenied(ModelRefused):
    """The key is missing, wrong, expired or blocked."""

    code = "model-access-denied"
    reason = "the model's key was rejected; the operator of this app has to check GEMINI_API_KEY"


class ModelPermissionDenied(ModelRefused):
    """The key is known, but it or its project may not use the model."""

    code = "model-permission-denied"
    reason = (
        "the model's key may not be used for this; "
        "the operator of this app has to check the key's restrictions, and that its project may use the Gemini API"
    )


class UnknownModel(ModelRefused):
    """There is no such model, or it was retired."""

    code = "model-unknown"
    reason = (
        "the configured model does not exist or was retired; "
        "the operator of this app has to check GEMINI_TEXT_MODEL and GEMINI_IMAGE_MODEL"
    )
