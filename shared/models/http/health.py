"""Whether the app and what it depends on are there."""

from typing import Literal

from shared.models.base import WireModel

type Condition = Literal["ok", "unavailable"]


class Dependencies(WireModel):
    """What the app depends on; the model is there when its key is, since calls to it are paid for."""

    storage: Condition
    engine: Condition
    model: Condition


class HealthAnswer(WireModel):
    """Answer of `GET /api/health`."""

    status: Literal["ok", "degraded"]
    dependencies: Dependencies
