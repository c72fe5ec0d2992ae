"""What a chapter takes over from the one before: the cast, the setting, and what has happened."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shared.deps import Deps
from shared.errors import UnknownGeneration
from shared.images.image import Image
from shared.models.http.requests import StoredRequest
from shared.models.ledger import Ledger
from shared.models.step_ref import StepRef
from shared.models.stored.chapters import MAX_CAST, KnownCharacter, StoredChapter
from shared.models.story import MAX_SUMMARY_LENGTH, Character, StoryAnalysis
from shared.names import cast_blob, result_blob
from shared.storage.choices import chosen, read_choices
from shared.storage.generations import ChapterInputs
from shared.text.clean import shorten
from shared.text.matching import find_name


@dataclass(frozen=True, slots=True)
class _Known:
    """A known character and the blob with its sheet, if it was drawn."""

    known: KnownCharacter
    blob: str | None


async def take_over(deps: Deps, generation_id: str, ledger: Ledger, *, with_sheets: bool = True) -> ChapterInputs:
    """Return what the chapter after this generation has besides its story. Reads only.

    The sheets are those that count now: the chapter keeps copies of them. Without them is enough for an estimate.

    Raises:
        UnknownGeneration, NotFound: the generation was removed meanwhile.
    """
    request, analysis = await asyncio.gather(
        deps.generations.request(generation_id), deps.generations.need_analysis(generation_id, ledger.plan)
    )
    own = await _own_cast(deps, generation_id, ledger, request, analysis)
    cast = (*own, *_earlier_cast(generation_id, request, analysis))[:MAX_CAST]
    before = request.chapter or StoredChapter(book=generation_id, number=1)
    return ChapterInputs(
        StoredChapter(
            book=before.book,
            number=before.number + 1,
            ancestors=(*before.ancestors, generation_id),
            cast=tuple(each.known for each in cast),
            setting=analysis.setting,
            # Generations from before it was asked have none.
            summary=analysis.summary or shorten(request.story, MAX_SUMMARY_LENGTH),
        ),
        sheets=await _sheets(deps, cast) if with_sheets else {},
    )


async def _own_cast(
    deps: Deps, generation_id: str, ledger: Ledger, request: StoredRequest, analysis: StoryAnalysis
) -> Sequence[_Known]:
    versions = chosen(ledger, await read_choices(deps.blobs, generation_id), "character")
    earlier = {known.known.character: known for known in _taken_over(generation_id, request)}

    def known(index: int, character: Character) -> _Known:
        version = versions.get(index)
        if version is None:
            # A chapter that was not drawn has the sheet of a known character, and no version of it.
            return earlier.get(character) or _Known(KnownCharacter(character=character), None)
        step = StepRef(generation_id=generation_id, kind="character", index=index, version=version)
        # Never used for another image: a version of an image does not change.
        sheet = f"{generation_id}-{index}-{version}"
        return _Known(KnownCharacter(character=character, sheet=sheet), result_blob(step))

    return [known(index, character) for index, character in enumerate(analysis.characters)]


def _earlier_cast(generation_id: str, request: StoredRequest, analysis: StoryAnalysis) -> Sequence[_Known]:
    """Return the characters of earlier chapters that are not in this one."""
    names = [character.name for character in analysis.characters]
    earlier = _taken_over(generation_id, request)
    return [known for known in earlier if find_name(known.known.character.name, names) is None]


def _taken_over(generation_id: str, request: StoredRequest) -> Sequence[_Known]:
    """Return the cast that the generation itself has taken over."""
    return [
        _Known(known, known.sheet and cast_blob(generation_id, known.sheet))
        for known in (request.chapter.cast if request.chapter else ())
    ]


async def _sheets(deps: Deps, cast: Sequence[_Known]) -> Mapping[str, Image]:
    async def load(name: str) -> Image:
        blob = await deps.blobs.read(name)
        if blob is None:
            raise UnknownGeneration
        return Image(blob.content, blob.media_type)

    drawn = [each for each in cast if each.known.sheet is not None and each.blob is not None]
    images = await asyncio.gather(*(load(str(each.blob)) for each in drawn))
    return {str(each.known.sheet): image for each, image in zip(drawn, images, strict=True)}
