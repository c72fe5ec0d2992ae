"""Which version of each image counts, where a client has chosen another one than the newest.

The choices of a generation are one blob, changed by conditional writes. A choice holds until a newer version of its
image is drawn: it names the version that was the newest when it was made.
"""

from collections.abc import Mapping

from shared import names
from shared.errors import StorageUnavailable
from shared.models.base import WireModel
from shared.models.ledger import Ledger
from shared.models.step_ref import ImageKind, StepRef
from shared.ports import BlobStore
from shared.storage.conditional import write_unchanged

# Each failed try means that another change succeeded.
_TRIES = 10


class Choice(WireModel):
    """The chosen version of an image, and the newest one at that time."""

    version: int
    newest: int


class Choices(WireModel):
    """A generation's choices by the 0-based index of the image."""

    characters: Mapping[int, Choice] = {}
    panels: Mapping[int, Choice] = {}

    def chosen(self, kind: ImageKind, newest: Mapping[int, int]) -> dict[int, int]:
        """Return the version that counts for each image, from the newest ones that are drawn."""
        choices = self._of(kind)
        return {
            index: choices[index].version if index in choices and choices[index].newest == version else version
            for index, version in newest.items()
        }

    def with_choice(self, step: StepRef, newest: int) -> "Choices":
        """Return the choices with the step's version for its image. The newest version needs no choice."""
        others = {index: choice for index, choice in self._of(_kind(step)).items() if index != step.index}
        made = {} if step.version == newest else {step.index: Choice(version=step.version, newest=newest)}
        return self.model_copy(update={f"{step.kind}s": {**others, **made}})

    def _of(self, kind: ImageKind) -> Mapping[int, Choice]:
        return self.characters if kind == "character" else self.panels


NO_CHOICES = Choices()


def chosen(ledger: Ledger, choices: Choices, kind: ImageKind) -> dict[int, int]:
    """Return the version that counts for each drawn image, by 0-based index."""
    return choices.chosen(kind, ledger.drawn(kind))


async def read_choices(blobs: BlobStore, generation_id: str) -> Choices:
    """Return the generation's choices."""
    blob = await blobs.read(names.choices_blob(generation_id))
    return Choices.model_validate_json(blob.content) if blob else NO_CHOICES


async def choose(blobs: BlobStore, step: StepRef, newest: int) -> None:
    """Store that the step's version counts for its image, of which `newest` is the newest.

    Raises:
        StorageUnavailable: the storage does not answer, or others keep changing the choices.
    """
    name = names.choices_blob(step.generation_id)
    for _ in range(_TRIES):
        blob = await blobs.read(name)
        known = Choices.model_validate_json(blob.content) if blob else NO_CHOICES
        wanted = known.with_choice(step, newest)
        if wanted == known:
            return
        if await write_unchanged(blobs, name, blob and blob.etag, wanted.model_dump_json(by_alias=True).encode()):
            return
    raise StorageUnavailable("The storage of this app is too busy right now. Try again in a few seconds.")


def _kind(step: StepRef) -> ImageKind:
    return "character" if step.kind == "character" else "panel"
