"""Every error that the client raises on purpose.

ClientError
├── Refused             the app answered with an error
├── ConnectionLost      there was no answer for too long; the generation may still be running
│   └── Unreachable     there never was an answer
├── ProtocolBroken      the answer is not one of this app
└── TranslationFailed   the texts of a comic could not be translated
"""

from dataclasses import dataclass


class ClientError(Exception):
    """Base class; `str(error)` is a message for the user."""


@dataclass(frozen=True)
class Problem:
    """One invalid field of a refused request."""

    field: str
    message: str


class Refused(ClientError):
    """The app's error answer: HTTP `status`, stable `code`, message, and the invalid fields.

    `retry_after_s` is how many seconds to wait before the next request, if the app sent `Retry-After`.
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        details: tuple[Problem, ...] = (),
        *,
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.details = details
        self.retry_after_s = retry_after_s


class ConnectionLost(ClientError):
    """There was no complete answer within the client's patience.

    `generation_id` is None if the app never sent it; `after` is the last `seq` received (0 for a call that is not a
    stream).
    """

    def __init__(self, message: str, *, generation_id: str | None, after: int) -> None:
        super().__init__(message)
        self.generation_id = generation_id
        self.after = after


class Unreachable(ConnectionLost):
    """Nothing ever answered at the URL."""


class ProtocolBroken(ClientError):
    """The answers are not those of this app, or of a version that this client understands."""


class TranslationFailed(ClientError):
    """The texts of a comic could not be translated; the same call tries again."""
