"""How many attempts a step took."""

from shared.models.base import WireModel


class Retried(WireModel):
    """A step whose outcome took more than one attempt.

    `attempts` counts them all, including those at which the model asked for a wait. `code` is the error code of the
    attempt before the last one, and `wait_s` the seconds waited after it because the model asked for that.
    """

    attempts: int
    code: str
    wait_s: int | None = None
