"""What activities and routes are handed: the settings and the outside world behind its ports."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from shared.generations import Generations
from shared.leases import StepLeases
from shared.lifecycle import Lifecycles
from shared.ports import BlobStore, ImageModel, IssueTracker, PostSource, TextModel
from shared.prices import ModelPrice, utc_day
from shared.recent_blobs import RecentBlobs
from shared.settings import Settings
from shared.shared_reads import SharedReads
from shared.shared_values import SharedValues
from shared.spending import Spending
from shared.telemetry.port import NO_TELEMETRY, Telemetry


@dataclass(frozen=True, slots=True)
class Deps:
    """Everything that is not pure. `now` gives the seconds since 1970."""

    settings: Settings
    blobs: BlobStore
    text_model: TextModel
    image_model: ImageModel
    posts: PostSource
    issues: IssueTracker
    values: SharedValues
    telemetry: Telemetry = NO_TELEMETRY
    now: Callable[[], float] = time.time
    recent: RecentBlobs = field(default_factory=RecentBlobs)

    @property
    def generations(self) -> Generations:
        """The generations in storage."""
        return Generations(self.blobs)

    @property
    def recent_generations(self) -> Generations:
        """The same, read through what this process holds of them: for whoever knows that they are not deleted."""
        return Generations(SharedReads(self.blobs, self.recent))

    @property
    def spending(self) -> Spending:
        """What may be spent, and what is."""
        return Spending(self.settings, self.values, self.now)

    def price_of(self, model: str) -> ModelPrice | None:
        """Return what the model costs today, or None if that is not known."""
        return self.settings.price_of(model, utc_day(self.now()))

    @property
    def lifecycles(self) -> Lifecycles:
        """What may happen to each generation next."""
        return Lifecycles(self.blobs, self.utc_now)

    @property
    def leases(self) -> StepLeases:
        """Which steps are being worked on."""
        return StepLeases(self.blobs, self.now, self.settings.step_lease_s)

    def utc_now(self) -> datetime:
        """Return the time, in UTC."""
        return datetime.fromtimestamp(self.now(), UTC)


type ResolveDeps = Callable[[], Deps]
