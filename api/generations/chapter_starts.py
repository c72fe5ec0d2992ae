"""Starting chapters: the generation that a start continues, and the chapters that a long story is cut into."""

from dataclasses import dataclass, replace

from api.generations.ledgers import full_ledger
from shared.chapters.taking_over import take_over
from shared.deps import Deps
from shared.errors import FieldProblem, InvalidInput, MangaError, NotFound
from shared.models.http.requests import GenerateMangaRequest
from shared.models.ledger import Ledger
from shared.models.stored.chapters import MAX_CHAPTERS, StoredChapter, WaitingChapter
from shared.names import waiting_chapter_id
from shared.ports import Engine
from shared.settings import Settings
from shared.storage.generations import ChapterInputs
from shared.storage.lifecycle import Deleted, Deleting
from shared.text.chapters import cut_into_chapters


@dataclass(frozen=True, slots=True)
class Chapters:
    """The chapters of a start: their texts, and what the first one takes over."""

    texts: tuple[str, ...]
    taken_over: ChapterInputs | None = None

    @property
    def first_number(self) -> int:
        """The first one's number in its book."""
        return self.taken_over.place.number if self.taken_over else 1

    def inputs(self, generation_id: str) -> ChapterInputs | None:
        """Return what the first one has besides its story, if it has that id; None for a story without chapters."""
        if len(self.texts) == 1:
            return self.taken_over
        chapter = self.taken_over or ChapterInputs(StoredChapter(book=generation_id, number=1))
        return replace(
            chapter,
            place=chapter.place.model_copy(update={"first_of_text": generation_id, "is_followed": True}),
            waiting=[
                WaitingChapter(id=waiting_chapter_id(generation_id, place), story=text)
                for place, text in enumerate(self.texts[1:], start=1)
            ],
        )


def texts_of(request: GenerateMangaRequest, settings: Settings) -> tuple[str, ...]:
    """Return the story of the request, cut into chapters if it asks for that."""
    if request.chapters is None:
        return (request.story,)
    return cut_into_chapters(request.story, settings.max_story_words, settings.max_story_characters)


async def chapters_of(
    deps: Deps, engine: Engine, request: GenerateMangaRequest, texts: tuple[str, ...], *, with_sheets: bool = True
) -> Chapters:
    """Return the chapters that the request asks for. Reads only; an estimate needs no sheets.

    Raises:
        InvalidInput: the generation that it continues can't be continued, or there would be too many chapters.
    """
    taken_over = None
    if request.continues is not None:
        taken_over = await _taken_over(deps, engine, request.continues, with_sheets=with_sheets)
    chapters = Chapters(texts, taken_over)
    if chapters.first_number + len(texts) - 1 > MAX_CHAPTERS:
        field = "chapters" if request.continues is None else "continues"
        raise _refusal(field, f"A book has at most {MAX_CHAPTERS} chapters. Start a new one with a shorter text.")
    return chapters


async def _taken_over(deps: Deps, engine: Engine, generation_id: str, *, with_sheets: bool) -> ChapterInputs:
    try:
        ledger = await _ended_ledger(deps, engine, generation_id)
        return await take_over(deps, generation_id, ledger, with_sheets=with_sheets)
    except NotFound as exc:
        raise await _gone(deps, generation_id) from exc


async def _ended_ledger(deps: Deps, engine: Engine, generation_id: str) -> Ledger:
    """Return the full ledger of a generation that has ended and has a plan."""
    record, run = await deps.lifecycles.read(generation_id), await engine.run(generation_id)
    if isinstance(record, Deleting | Deleted) or run is None:
        raise await _gone(deps, generation_id)
    ledger = await full_ledger(deps.generations, run)
    if not ledger.is_closed:
        raise _refusal("continues", "This generation is still running. Wait for its end, then continue it.")
    if ledger.characters is None or ledger.panels is None:
        raise _refusal("continues", "This generation has no plan: it ended too early. Retry it, then continue it.")
    return ledger


async def _gone(deps: Deps, generation_id: str) -> MangaError:
    record = await deps.lifecycles.read(generation_id)
    if isinstance(record, Deleting | Deleted):
        what = "was deleted" if record.reason == "deleted" else "has expired"
        return _refusal("continues", f"The generation to continue {what}. Continue another one, or start anew.")
    return _refusal("continues", "There is no such generation. Check its id.")


def _refusal(field: str, message: str) -> InvalidInput:
    return InvalidInput(f"The request was not accepted; correct {field}. {message}", (FieldProblem(field, message),))
