"""What an idempotency key is bound to."""

from shared.models.base import WireModel


class Claim(WireModel):
    """What an idempotency key stands for. `cancelled`: a start that arrives with it begins nothing."""

    generation_id: str
    body_digest: str
    cancelled: bool = False
