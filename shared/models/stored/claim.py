"""What an idempotency key is bound to."""

from shared.models.base import WireModel


class Claim(WireModel):
    """The generation of an idempotency key. `cancelled`: a start with this key is refused."""

    generation_id: str
    body_digest: str
    cancelled: bool = False
