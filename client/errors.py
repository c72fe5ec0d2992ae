"""Every error the client raises on purpose.

ClientError
├── Refused             the app answered, and its answer is no
├── ConnectionLost      the app could not be heard for too long; the generation may well go on
│   └── Unreachable     it never answered at all
└── ProtocolBroken      what answers does not speak the contract
"""

from dataclasses import dataclass


class ClientError(Exception):
    """Base of the tree; `str(error)` is written for the person who waits."""


@dataclass(frozen=True)
class Problem:
    """One broken field of a refused request."""

    field: str
    message: str


class Refused(ClientError):
    """The app's error answer: HTTP `status`, its stable `code`, its sentence, and the broken fields.

    `retry_after_s` is how many seconds to wait before asking again, where the app said so.
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
    """No way to an answer, or back to the stream, within the client's patience.

    `generation_id` is None when the app never told it; `after` is the last `seq` that was received (0 for a
    call that is no stream).
    """

    def __init__(self, message: str, *, generation_id: str | None, after: int) -> None:
        super().__init__(message)
        self.generation_id = generation_id
        self.after = after


class Unreachable(ConnectionLost):
    """Nothing ever answered at the URL."""


class ProtocolBroken(ClientError):
    """The answers are not those of this app, or of a version that this client understands."""
