"""Whether the app and what it depends on are available."""

from typing import Literal

from shared.models.base import WireModel

type Condition = Literal["ok", "unavailable"]


class Dependencies(WireModel):
    """What the app depends on. The model counts as available if its key is set, since calls to it cost money."""

    storage: Condition
    engine: Condition
    model: Condition


class HealthAnswer(WireModel):
    """Answer of `GET /api/health`."""

    status: Literal["ok", "degraded"]
    dependencies: Dependencies
