"""Estimates what a start will take, from its request."""

from datetime import date

from api.estimates.estimate import Task, estimate
from api.generations.chapter_starts import Chapters
from shared.models.http.estimate import EstimatedChapter, GenerationEstimate
from shared.models.http.requests import GenerateMangaRequest
from shared.settings import Settings
from shared.text.clean import one_line, shorten
from shared.text.words import count_words

# Of a chapter, in characters.
_FIRST_WORDS = 80


def estimate_start(
    request: GenerateMangaRequest, chapters: Chapters, settings: Settings, day: date
) -> GenerationEstimate:
    """Return the estimate for a request and the chapters that it asks for, at the prices of that day."""
    tasks = [
        Task(
            text,
            request.style,
            len(request.uploaded_character_references),
            len(request.uploaded_setting_references),
            has_cast=place > 0 or chapters.taken_over is not None,
            image_size=request.image_size,
        )
        for place, text in enumerate(chapters.texts)
    ]
    shown = _shown(chapters) if request.chapters is not None else ()
    return estimate(tasks, settings, day, stop_after=request.stop_after, chapters=shown)


def _shown(chapters: Chapters) -> tuple[EstimatedChapter, ...]:
    return tuple(
        EstimatedChapter(number=number, words=count_words(text), first_words=shorten(one_line(text), _FIRST_WORDS))
        for number, text in enumerate(chapters.texts, start=chapters.first_number)
    )
