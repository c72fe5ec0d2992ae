"""How often a step was tried, for whoever was told of one attempt only."""

from shared.models.base import WireModel


class Retried(WireModel):
    """A step whose outcome took more than one attempt.

    `attempts` counts them all, those included that the model answered with a time to wait. `code` is the error code of
    the attempt before the last one, and `wait_s` the seconds waited after it because the model told the step to.
    """

    attempts: int
    code: str
    wait_s: int | None = None
