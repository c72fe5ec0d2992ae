"""Google's error bodies: `{"error": {"code", "message", "status", "details"?}}`.

Codes and status names: https://cloud.google.com/apis/design/errors and https://ai.google.dev/gemini-api/docs/troubleshooting
"""

from dataclasses import dataclass

from pydantic import JsonValue

STATUS_NAMES = {
    400: "INVALID_ARGUMENT",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    408: "DEADLINE_EXCEEDED",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
}

MESSAGES = {
    400: "Request contains an invalid argument.",
    403: "The caller does not have permission.",
    404: "The requested entity was not found.",
    408: "The request took too long to be received or processed.",
    429: "You exceeded your current quota, please check your plan and billing details.",
    500: "An internal error has occurred. Please retry later.",
    503: "The model is overloaded. Please try again later.",
}

ERROR_INFO = "type.googleapis.com/google.rpc.ErrorInfo"
RETRY_INFO = "type.googleapis.com/google.rpc.RetryInfo"


@dataclass(eq=False)
class GoogleError(Exception):
    """An answer that is an error; `retry_after_s` is sent as google.rpc.RetryInfo and as Retry-After."""

    code: int
    message: str
    details: tuple[dict[str, JsonValue], ...] = ()
    retry_after_s: float | None = None

    def body(self) -> dict[str, JsonValue]:
        """Return the JSON body of the error."""
        details: list[JsonValue] = [dict(detail) for detail in self.details]
        if self.retry_after_s is not None:
            details.append({"@type": RETRY_INFO, "retryDelay": f"{self.retry_after_s:g}s"})
        error: dict[str, JsonValue] = {
            "code": self.code,
            "message": self.message,
            "status": STATUS_NAMES[self.code],
        }
        if details:
            error["details"] = details
        return {"error": error}

    def headers(self) -> dict[str, str]:
        """Return the headers that go with the body."""
        if self.retry_after_s is None:
            return {}
        return {"Retry-After": f"{self.retry_after_s:g}"}


def plain_error(code: int, retry_after_s: float | None = None, message: str | None = None) -> GoogleError:
    """Return the error of that code, with its usual message unless another is given."""
    return GoogleError(code, message or MESSAGES[code], retry_after_s=retry_after_s)


def missing_key() -> GoogleError:
    """Return what Google answers to a call without a key."""
    return GoogleError(
        403,
        "Method doesn't allow unregistered callers (callers without established identity). "
        "Please use API Key or other form of API consumer identity to call this API.",
    )


def invalid_key() -> GoogleError:
    """Return what Google answers to a key it does not know."""
    reason: dict[str, JsonValue] = {
        "@type": ERROR_INFO,
        "reason": "API_KEY_INVALID",
        "domain": "googleapis.com",
        "metadata": {"service": "generativelanguage.googleapis.com"},
    }
    return GoogleError(400, "API key not valid. Please pass a valid API key.", (reason,))


def unknown_model(model: str) -> GoogleError:
    """Return what Google answers for a model it does not have."""
    return GoogleError(
        404,
        f"models/{model} is not found for API version v1beta, or is not supported for generateContent. "
        "Call ModelService.ListModels to see the list of available models and their supported methods.",
    )


def invalid_argument(message: str) -> GoogleError:
    """Return an INVALID_ARGUMENT error that says what is wrong with the request."""
    return GoogleError(400, message)
