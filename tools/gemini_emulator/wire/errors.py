"""Google's error bodies: `{"error": {"code", "message", "status", "details"?}}`.

Codes and status names: https://cloud.google.com/apis/design/errors and https://ai.google.dev/gemini-api/docs/troubleshooting
"""

from dataclasses import dataclass

from pydantic import JsonValue

STATUS_NAMES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    408: "DEADLINE_EXCEEDED",
    413: "INVALID_ARGUMENT",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
}

MESSAGES = {
    400: "Request contains an invalid argument.",
    403: "The caller does not have permission.",
    404: "The requested entity was not found.",
    408: "The request took too long to be received or processed.",
    429: "Resource has been exhausted (e.g. check quota).",
    500: "An internal error has occurred. Please retry later.",
    503: "The model is overloaded. Please try again later.",
}

RPC = "type.googleapis.com/google.rpc"
SERVICE = "generativelanguage.googleapis.com"

type Detail = dict[str, JsonValue]


@dataclass(eq=False)
class GoogleError(Exception):
    """An answer that is an error.

    `retry_info` is sent as the delay of google.rpc.RetryInfo ("17s"), `retry_after` as the header of that name.
    """

    code: int
    message: str
    details: tuple[Detail, ...] = ()
    status: str | None = None
    retry_info: str | None = None
    retry_after: str | None = None

    def body(self) -> dict[str, JsonValue]:
        details: list[JsonValue] = [dict(detail) for detail in self.details]
        if self.retry_info is not None:
            details.append({"@type": f"{RPC}.RetryInfo", "retryDelay": self.retry_info})
        error: dict[str, JsonValue] = {
            "code": self.code,
            "message": self.message,
            "status": self.status or STATUS_NAMES[self.code],
        }
        if details:
            error["details"] = details
        return {"error": error}

    def headers(self) -> dict[str, str]:
        return {} if self.retry_after is None else {"Retry-After": self.retry_after}


def plain_error(code: int, message: str | None = None) -> GoogleError:
    """Return the error of that code, by default with its usual message."""
    return GoogleError(code, message or MESSAGES[code])


def error_info(reason: str, **metadata: JsonValue) -> Detail:
    """Return the detail that names the cause of an error."""
    return {
        "@type": f"{RPC}.ErrorInfo",
        "reason": reason,
        "domain": "googleapis.com",
        "metadata": {"service": SERVICE, **metadata},
    }


def unknown_model(model: str, version: str) -> GoogleError:
    """Return the error for a model that this version of the API does not have."""
    return GoogleError(
        404,
        f"models/{model} is not found for API version {version}, or is not supported for generateContent. "
        "Call ModelService.ListModels to see the list of available models and their supported methods.",
    )


def invalid_argument(message: str) -> GoogleError:
    """Return an INVALID_ARGUMENT error that says what is wrong with the request."""
    return GoogleError(400, message)


def unknown_fields(names: tuple[str, ...], place: str) -> GoogleError:
    """Return the error for fields that this version of the API does not know."""
    found = [
        f"Invalid JSON payload received. Unknown name \"{name}\" at '{place}': Cannot find field." for name in names
    ]
    violations: list[JsonValue] = [{"field": place, "description": description} for description in found]
    return GoogleError(400, "\n".join(found), ({"@type": f"{RPC}.BadRequest", "fieldViolations": violations},))
