"""The dependencies of activities and routes: the settings, and the outside world behind its ports."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from shared.costs.spending import Spending
from shared.models.prices import IMAGE_SIZES, ImageSize, ModelPrice, utc_day
from shared.ports import BlobStore, ImageModel, IssueTracker, PostSource, TextModel
from shared.settings import Settings
from shared.storage.cached_blobs import BlobCache, CachedBlobs
from shared.storage.generations import Generations
from shared.storage.leases import StepLeases
from shared.storage.lettering import Letterings
from shared.storage.lifecycle import Lifecycles
from shared.storage.shared_values import SharedValues
from shared.storage.shares import Shares
from shared.telemetry.port import NO_TELEMETRY, Telemetry


@dataclass(frozen=True, slots=True)
class Deps:
    """Everything that is not pure. `now` returns the seconds since 1970."""

    settings: Settings
    blobs: BlobStore
    text_model: TextModel
    image_model: ImageModel
    posts: PostSource
    issues: IssueTracker
    values: SharedValues
    telemetry: Telemetry = NO_TELEMETRY
    now: Callable[[], float] = time.time
    blob_cache: BlobCache = field(default_factory=BlobCache)

    @property
    def generations(self) -> Generations:
        """The generations in storage."""
        return Generations(self.blobs)

    @property
    def cached_generations(self) -> Generations:
        """The generations, read through the cache: only for those that are known not to be deleted."""
        return Generations(CachedBlobs(self.blobs, self.blob_cache))

    @property
    def letterings(self) -> Letterings:
        """The translated and edited texts in storage."""
        return Letterings(self.blobs)

    @property
    def spending(self) -> Spending:
        """The spending limits and sums."""
        return Spending(self.settings, self.values, self.now)

    def price_of(self, model: str) -> ModelPrice | None:
        """Return the model's price today, or None if it is not known."""
        return self.settings.price_of(model, utc_day(self.now()))

    @property
    def image_sizes(self) -> tuple[ImageSize, ...]:
        """The sizes in which the image model draws."""
        return self.settings.image_sizes(utc_day(self.now()))

    def drawn_size(self, wanted: ImageSize) -> ImageSize:
        """Return the wanted size or, if the model has been changed since and does not draw it, the next smaller one."""
        offered: list[ImageSize] = [
            size for size in self.image_sizes if IMAGE_SIZES.index(size) <= IMAGE_SIZES.index(wanted)
        ]
        return offered[-1]

    @property
    def lifecycles(self) -> Lifecycles:
        """The lifecycle records of generations."""
        return Lifecycles(self.blobs, self.utc_now)

    @property
    def shares(self) -> Shares:
        """The shares of generations."""
        return Shares(self.blobs, self.utc_now)

    @property
    def leases(self) -> StepLeases:
        """The leases of steps."""
        return StepLeases(self.blobs, self.now, self.settings.step_lease_s)

    def utc_now(self) -> datetime:
        """Return the time, in UTC."""
        return datetime.fromtimestamp(self.now(), UTC)


type ResolveDeps = Callable[[], Deps]
