"""What the Gemini API says when it refuses a call, as one of our errors. Pure: it gets the status, headers and body.

Google describes its errors at https://cloud.google.com/apis/design/errors and
https://ai.google.dev/gemini-api/docs/troubleshooting. The same cause comes with different statuses, and some causes are
told by the message alone, so one table of rules decides; the first rule that fits counts. Nothing of Google's text
becomes part of our error.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime

from pydantic import BaseModel, ConfigDict, JsonValue, TypeAdapter, ValidationError
from pydantic.alias_generators import to_camel

from shared.errors import (
    ModelAccessDenied,
    ModelBillingRequired,
    ModelBusy,
    ModelError,
    ModelImageRejected,
    ModelInputTooLarge,
    ModelLocationUnsupported,
    ModelPermissionDenied,
    ModelQuotaExhausted,
    ModelRateLimited,
    ModelRejected,
    ModelRequestInvalid,
    ModelTimeout,
    ModelUnavailable,
    UnknownModel,
    UnusableAnswer,
)

_GOOGLE = "googleapis.com"
_TOO_MANY_REQUESTS, _UNAVAILABLE = 429, 503
_REDIRECT, _CLIENT_ERROR, _SERVER_ERROR = 300, 400, 500


class _Format(BaseModel):
    """A part of Google's error format, with the fields that decide here."""

    model_config = ConfigDict(extra="ignore", frozen=True, alias_generator=to_camel, coerce_numbers_to_str=True)


class _Violation(_Format):
    quota_id: str = ""
    quota_value: str = ""


class _Detail(_Format):
    """google.rpc.ErrorInfo, QuotaFailure or RetryInfo, told apart by the fields that they have."""

    reason: str = ""
    domain: str = ""
    metadata: dict[str, str] = {}
    violations: tuple[_Violation, ...] = ()
    retry_delay: str = ""


class _Error(_Format):
    message: str = ""
    details: tuple[JsonValue, ...] = ()


class _Body(_Format):
    error: _Error = _Error()


# A list is how answers to streaming calls look.
_BODY: TypeAdapter[_Body | tuple[_Body, ...]] = TypeAdapter(_Body | tuple[_Body, ...])


@dataclass(frozen=True, slots=True)
class _Refusal:
    """An answer that is no result. `message` is in lower case; both it and `details` are empty where there are none."""

    status: int
    message: str = ""
    details: tuple[_Detail, ...] = ()
    retry_after: str = ""

    @property
    def reasons(self) -> frozenset[str]:
        """Google's own names of the cause (google.rpc.ErrorInfo)."""
        return frozenset(detail.reason for detail in self.details if detail.domain == _GOOGLE)


@dataclass(frozen=True, slots=True)
class _Rule:
    """Fits a refusal with one of the statuses (none: any) whose reason is among `reasons` or whose message `says` so.

    A rule with neither fits by its status alone.
    """

    error: type[ModelError]
    statuses: frozenset[int] = frozenset()
    reasons: frozenset[str] = frozenset()
    says: str = ""

    def fits(self, refusal: _Refusal) -> bool:
        if self.statuses and refusal.status not in self.statuses:
            return False
        if not self.reasons and not self.says:
            return True
        is_said = bool(self.says) and re.search(self.says, refusal.message) is not None
        return is_said or not self.reasons.isdisjoint(refusal.reasons)


# Names of reasons: https://github.com/googleapis/googleapis/blob/master/google/api/error_reason.proto
_RULES = (
    _Rule(ModelQuotaExhausted, frozenset({402, 429}), says=r"prepayment credits are depleted|monthly spending cap"),
    _Rule(
        ModelAccessDenied,
        frozenset({400, 401, 403}),
        frozenset({"API_KEY_INVALID"}),
        r"api key (not valid|not found|expired)|reported as leaked|unregistered callers",
    ),
    _Rule(ModelAccessDenied, frozenset({401})),
    _Rule(
        ModelBillingRequired,
        frozenset({400, 402, 403}),
        frozenset({"BILLING_DISABLED"}),
        r"enable billing|requires billing|billing to be enabled|billing account .*(closed|disabled|delinquent)",
    ),
    _Rule(
        ModelLocationUnsupported,
        frozenset({400, 403}),
        frozenset({"LOCATION_POLICY_VIOLATED", "LOCATION_ORG_POLICY_VIOLATED"}),
        r"location is not supported|restricted from your billing country|not available in your (country|region)",
    ),
    _Rule(ModelPermissionDenied, frozenset({403})),
    _Rule(UnknownModel, frozenset({404})),
    _Rule(ModelInputTooLarge, frozenset({413})),
    _Rule(
        ModelInputTooLarge,
        frozenset({400}),
        says=r"payload size exceeds|token count .*exceeds|exceeds the maximum number of tokens",
    ),
    _Rule(ModelImageRejected, frozenset({400}), says=r"unable to process input image|image is not valid"),
    _Rule(
        ModelRequestInvalid,
        frozenset({400}),
        says=r"invalid json payload|unknown name|cannot find field|invalid value at|schema|generatecontentrequest\."
        r"|not (supported|enabled) (for|by) |only supports",
    ),
    _Rule(ModelTimeout, frozenset({408, 504})),
    # The call was cancelled on Google's side.
    _Rule(ModelUnavailable, frozenset({499})),
    _Rule(ModelBusy, frozenset({_TOO_MANY_REQUESTS})),
)


def error_of(status: int, headers: Mapping[str, str], body: bytes, now_s: float) -> ModelError:
    """Return our error for an answer with another status than 200; `now_s` is in seconds since 1970.

    Without an error in Google's format in the body, the status alone decides. `headers` finds names in any case.
    """
    refusal = _read(status, headers.get("Retry-After", ""), body)
    error_class = _class_of(refusal)
    detail = f"the model answered {status}"
    if error_class in {ModelBusy, ModelUnavailable} and status in {_TOO_MANY_REQUESTS, _UNAVAILABLE}:
        if _is_used_up(refusal):
            return ModelQuotaExhausted(detail)
        if wait_s := _wait_s(refusal, now_s):
            return ModelRateLimited(wait_s, f"{detail} and asked to wait {wait_s:g} s")
    if _REDIRECT <= status < _CLIENT_ERROR:
        detail += ": a redirect, which is not followed"
    return error_class(detail)


def _class_of(refusal: _Refusal) -> type[ModelError]:
    for rule in _RULES:
        if rule.fits(refusal):
            return rule.error
    if refusal.status < _REDIRECT:
        return UnusableAnswer
    return ModelRejected if _CLIENT_ERROR <= refusal.status < _SERVER_ERROR else ModelUnavailable


def _read(status: int, retry_after: str, body: bytes) -> _Refusal:
    try:
        parsed = _BODY.validate_json(body)
    except ValidationError:
        return _Refusal(status, retry_after=retry_after)
    first = parsed if isinstance(parsed, _Body) else next(iter(parsed), _Body())
    details = tuple(filter(None, map(_detail, first.error.details)))
    return _Refusal(status, first.error.message.lower(), details, retry_after)


def _detail(item: JsonValue) -> _Detail | None:
    try:
        return _Detail.model_validate(item)
    except ValidationError:
        return None


def _is_used_up(refusal: _Refusal) -> bool:
    """Tell whether waiting can't help: a quota for a day, or one of 0.

    Such an answer may carry a time to come back all the same.
    """
    for detail in refusal.details:
        limit, value = detail.metadata.get("quota_limit", ""), detail.metadata.get("quota_limit_value", "")
        quotas = [(limit, value), *((violation.quota_id, violation.quota_value) for violation in detail.violations)]
        if any("PerDay" in quota_id or quota_value == "0" for quota_id, quota_value in quotas):
            return True
    return re.search(r"limit: 0(?![\d.])", refusal.message) is not None


def _wait_s(refusal: _Refusal, now_s: float) -> float:
    """Return the seconds to wait as told, or 0 if nothing was told."""
    delays = (_seconds_of(detail.retry_delay.removesuffix("s")) for detail in refusal.details)
    return max(delays, default=0) or _retry_after_s(refusal.retry_after, now_s)


def _retry_after_s(value: str, now_s: float) -> float:
    """Read a Retry-After header: seconds, or a date (https://httpwg.org/specs/rfc9110.html#field.retry-after)."""
    if seconds := _seconds_of(value):
        return seconds
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return 0
    # A date without a zone is in UTC.
    return max(0, moment.replace(tzinfo=moment.tzinfo or UTC).timestamp() - now_s)


def _seconds_of(text: str) -> float:
    return float(text) if re.fullmatch(r"\d{1,12}(\.\d{1,12})?", text.strip()) else 0
