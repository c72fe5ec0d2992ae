"""Refusals of the real Gemini API by name, with the bodies that users have reported publicly.

Ids, projects and addresses are made up.
"""

from collections.abc import Callable

from tools.gemini_emulator.wire.errors import RPC, SERVICE, Detail, GoogleError, error_info, unknown_fields

PROJECT = "projects/100000000001"
BILLING_MESSAGE = (
    "This API method requires billing to be enabled. Please enable billing on project #100000000001 by visiting "
    "https://console.developers.google.com/billing/enable?project=100000000001 then retry."
)
QUOTA_MESSAGE = (
    "You exceeded your current quota, please check your plan and billing details. For more information on this error, "
    "head to: https://ai.google.dev/gemini-api/docs/rate-limits. To monitor your current usage, head to: "
    "https://ai.dev/rate-limit. "
)
HELP: Detail = {
    "@type": f"{RPC}.Help",
    "links": [
        {
            "description": "Learn more about Gemini API quotas",
            "url": "https://ai.google.dev/gemini-api/docs/rate-limits",
        }
    ],
}


def quota_exceeded(model: str, per: str, limit: int, retry_in_s: float) -> GoogleError:
    """Return what Google answers over a quota of requests `per` "Minute" or "Day"; it always has a retry delay."""
    metric = f"{SERVICE}/generate_requests_per_model"
    failure: Detail = {
        "@type": f"{RPC}.QuotaFailure",
        "violations": [
            {
                "quotaMetric": metric,
                "quotaId": f"GenerateRequestsPer{per}PerProjectPerModel",
                "quotaDimensions": {"location": "global", "model": model},
                "quotaValue": str(limit),
            }
        ],
    }
    message = (
        f"{QUOTA_MESSAGE}\n* Quota exceeded for metric: {metric}, limit: {limit}, model: {model}\n"
        f"Please retry in {retry_in_s:.9f}s."
    )
    return GoogleError(429, message, (HELP, failure), retry_info=f"{retry_in_s:.3f}s")


def _key(message: str) -> GoogleError:
    localized: Detail = {"@type": f"{RPC}.LocalizedMessage", "locale": "en-US", "message": message}
    return GoogleError(400, message, (error_info("API_KEY_INVALID"), localized))


def _forbidden(message: str, reason: str | None = None) -> GoogleError:
    return GoogleError(403, message, () if reason is None else (error_info(reason, consumer=PROJECT),))


def _failed_precondition(message: str) -> GoogleError:
    return GoogleError(400, message, status="FAILED_PRECONDITION")


# Each creates a new error, because a raised error keeps its traceback.
_REFUSALS: dict[str, Callable[[str], GoogleError]] = {
    "key-not-valid": lambda _: _key("API key not valid. Please pass a valid API key."),
    "key-not-found": lambda _: _key("API Key not found. Please pass a valid API key."),
    "key-expired": lambda _: _key("API key expired. Please renew the API key."),
    "key-leaked": lambda _: _forbidden("Your API key was reported as leaked. Please use another API key."),
    "key-missing": lambda _: _forbidden(
        "Method doesn't allow unregistered callers (callers without established identity). "
        "Please use API Key or other form of API consumer identity to call this API."
    ),
    "key-type-unsupported": lambda _: GoogleError(
        401,
        "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid "
        "authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.",
        (error_info("ACCESS_TOKEN_TYPE_UNSUPPORTED"),),
    ),
    "service-disabled": lambda _: _forbidden(
        f"Gemini API has not been used in project 100000000001 before or it is disabled. Enable it by visiting "
        f"https://console.developers.google.com/apis/api/{SERVICE}/overview?project=100000000001 then retry.",
        "SERVICE_DISABLED",
    ),
    "key-restricted": lambda _: _forbidden(
        f"Requests to this API {SERVICE} method google.ai.generativelanguage.v1beta.GenerativeService.GenerateContent "
        "are blocked.",
        "API_KEY_SERVICE_BLOCKED",
    ),
    "project-suspended": lambda _: _forbidden(
        "Permission denied: Consumer 'api_key:made-up' has been suspended.", "CONSUMER_SUSPENDED"
    ),
    "project-denied": lambda _: _forbidden("Your project has been denied access. Please contact support."),
    "billing-required": lambda _: _failed_precondition(BILLING_MESSAGE),
    "billing-disabled": lambda _: _forbidden(BILLING_MESSAGE, "BILLING_DISABLED"),
    "no-free-tier": lambda _: _failed_precondition(
        "Gemini API free tier is not available in your country. Please enable billing on your project in Google AI "
        "Studio."
    ),
    "location": lambda _: _failed_precondition("User location is not supported for the API use."),
    "billing-country": lambda _: _forbidden(
        f"Access to {SERVICE} is restricted from your billing country and was denied for {PROJECT}."
    ),
    "model-retired": lambda model: GoogleError(
        404,
        f"This model models/{model} is no longer available. Please update your code to use a newer model for the "
        "latest features and improvements.",
    ),
    "payload-too-large": lambda _: GoogleError(400, "Request payload size exceeds the limit: 20971520 bytes."),
    "entity-too-large": lambda _: GoogleError(413, "Request Entity Too Large"),
    "too-many-tokens": lambda _: GoogleError(
        400, "The input token count (1250000) exceeds the maximum number of tokens allowed (1048576)."
    ),
    "image-unreadable": lambda _: GoogleError(
        400,
        "Unable to process input image. Please retry or report in https://"
        "developers.generativeai.google/guide/troubleshooting",
    ),
    "unknown-field": lambda _: unknown_fields(("responseJsonSchema",), "generation_config"),
    "quota-per-minute": lambda model: quota_exceeded(model, "Minute", 10, 26.211922938),
    "quota-per-day": lambda model: quota_exceeded(model, "Day", 20, 26.211922938),
    "quota-zero": lambda model: quota_exceeded(model, "Minute", 0, 26.211922938),
    "region-quota-zero": lambda _: GoogleError(
        429,
        "Quota exceeded for quota metric 'API requests' and limit 'Request limit per minute for a region' of service "
        f"'{SERVICE}' for consumer 'project_number:100000000001'.",
        (
            error_info(
                "RATE_LIMIT_EXCEEDED",
                quota_limit="ApiRequestsPerMinutePerProjectPerRegion",
                quota_limit_value="0",
                quota_unit="1/min/{project}/{region}",
            ),
        ),
    ),
    "credit-used-up": lambda _: GoogleError(
        429,
        "Your prepayment credits are depleted. Please go to AI Studio at https://ai.studio/projects to manage your "
        "project and billing.",
    ),
    "spending-cap": lambda _: GoogleError(
        429,
        "Your project has exceeded its monthly spending cap. Please go to AI Studio at https://ai.studio/spend to "
        "manage your project spend cap. Learn more at "
        "https://ai.google.dev/gemini-api/docs/billing#project-spend-caps. ",
    ),
    "high-demand": lambda _: GoogleError(
        503,
        "This model is currently experiencing high demand. Spikes in demand are usually temporary. Please try again "
        "later.",
    ),
}
REFUSAL_NAMES = frozenset(_REFUSALS)


def refusal(name: str, model: str) -> GoogleError:
    """Return the refusal of that name, for a call of the model."""
    return _REFUSALS[name](model)
