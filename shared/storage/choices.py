"""Which version of each image counts, where a client has chosen another one than the newest.

The choices of a generation are one blob, changed by conditional writes. A choice holds until a newer version of its
image is drawn: it names the version that was the newest when it was made.
"""

from collections.abc import Mapping

from shared import names
from shared.models.base import WireModel
from shared.models.ledger import Ledger
from shared.models.step_ref import ImageKind, StepRef
from shared.ports import Blob, BlobStore
from shared.storage.conditional import until_written, write_unchanged


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
    return _parsed(await blobs.read(names.choices_blob(generation_id)))


async def choose(blobs: BlobStore, step: StepRef, newest: int) -> None:
    """Store that the step's version counts for its image, of which `newest` is the newest.

    Raises:
        StorageUnavailable: the storage does not answer, or others keep changing the choices.
    """
    name = names.choices_blob(step.generation_id)

    async def attempt() -> Choices | None:
        blob = await blobs.read(name)
        known = _parsed(blob)
        wanted = known.with_choice(step, newest)
        if wanted == known:
            return known
        content = wanted.model_dump_json(by_alias=True).encode()
        return wanted if await write_unchanged(blobs, name, blob and blob.etag, content) else None

    await until_written(attempt)


def _parsed(blob: Blob | None) -> Choices:
    return Choices.model_validate_json(blob.content) if blob else NO_CHOICES


def _kind(step: StepRef) -> ImageKind:
    return "character" if step.kind == "character" else "panel"
