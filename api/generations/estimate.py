"""Estimates what a generation will take, from its request alone: nothing is started, stored or sent to the model.

The model decides how many characters and panels a story has. So each figure has a minimum and a maximum, by the limits
of the app (1-4 characters, 2-15 panels), and an expected value for stories of this length.
"""

import math
from dataclasses import dataclass
from datetime import date

from api.generations.continued import Chapters
from shared.costs.call_size import characters_of, image_call, text_call
from shared.model.prompts.analysis import analysis_prompt
from shared.model.prompts.references import MAX_OF_OBJECTS, MAX_REFERENCES
from shared.models.http.estimate import Counted, EstimatedChapter, GenerationEstimate, Likely, Measured
from shared.models.http.requests import GenerateMangaRequest
from shared.models.story import MAX_CHARACTERS, MAX_PANELS, MIN_PANELS
from shared.models.usage import MICROS_PER_DOLLAR, Usage
from shared.settings import Settings
from shared.text.clean import one_line, shorten
from shared.text.words import count_words

_WORDS_PER_PANEL = 35
# How far the number of panels usually is from the expected one.
_USUAL_DEVIATION = 0.2
# Stories with at least so many words have a second and a third character.
_SECOND_CHARACTER_WORDS, _THIRD_CHARACTER_WORDS = 15, 120
# Seconds that a call of a flash model takes: the fastest, and usually. None takes longer than its timeout.
_QUICK_TEXT_S, _USUAL_TEXT_S = 4.0, 12.0
_QUICK_IMAGE_S, _USUAL_IMAGE_S = 6.0, 18.0
# The length of a drawing prompt, and how many character sheets are sent with a panel.
_DRAWING_CHARACTERS = 3000
_SHEETS_OF_PANEL = 2
# Of a chapter, in characters.
_FIRST_WORDS = 80


@dataclass(frozen=True, slots=True)
class _Plan:
    characters: int
    panels: int

    @property
    def calls(self) -> int:
        return 2 + self.characters + self.panels


_LEAST = _Plan(1, MIN_PANELS)
_MOST = _Plan(MAX_CHARACTERS, MAX_PANELS)


def estimate(
    request: GenerateMangaRequest, settings: Settings, day: date, chapters: Chapters | None = None
) -> GenerationEstimate:
    """Return the estimate for a request, at the prices of that day; `chapters` are those that it asks for."""
    chapters = chapters or Chapters((request.story,))
    expected = _chapters_expected(chapters)
    least = [_Plan(0 if _knows_somebody(chapters, place) else 1, MIN_PANELS) for place in range(len(expected))]
    # Each a book of as many chapters, drawn one after another.
    books = (least, expected, [_MOST] * len(expected))
    times_s = (
        (_QUICK_TEXT_S, _QUICK_IMAGE_S),
        (_USUAL_TEXT_S, _USUAL_IMAGE_S),
        (settings.text_timeout_s, settings.image_timeout_s),
    )
    durations_s = [
        sum(_duration_s(plan, settings, *call_s) for plan in book) for book, call_s in zip(books, times_s, strict=True)
    ]
    return GenerationEstimate(
        words=count_words(request.story),
        panels=_counted(*(sum(plan.panels for plan in book) for book in books)),
        likely_panels=_likely([plan.panels for plan in expected]),
        characters=_counted(*(sum(plan.characters for plan in book) for book in books)),
        calls=_counted(*(sum(plan.calls for plan in book) for book in books)),
        minutes=_measured(*(round(duration_s / 60, 2) for duration_s in durations_s)),
        price=_price([_used(book, chapters, request, settings, day) for book in books]),
        is_free=settings.is_free,
        chapters=_shown(chapters) if request.chapters is not None else (),
    )


def _chapters_expected(chapters: Chapters) -> list[_Plan]:
    """Return the expected plans. Characters whose sheets are known are not counted."""
    plans: list[_Plan] = []
    for place, text in enumerate(chapters.texts):
        plan = _expected(count_words(text))
        characters = 0 if _knows_somebody(chapters, place) else plan.characters
        plans.append(_Plan(characters, plan.panels))
    return plans


def _knows_somebody(chapters: Chapters, place: int) -> bool:
    return place > 0 or chapters.taken_over is not None


def _shown(chapters: Chapters) -> tuple[EstimatedChapter, ...]:
    return tuple(
        EstimatedChapter(number=number, words=count_words(text), first_words=shorten(one_line(text), _FIRST_WORDS))
        for number, text in enumerate(chapters.texts, start=chapters.first_number)
    )


def _expected(words: int) -> _Plan:
    panels = min(MAX_PANELS, MIN_PANELS + round(words / _WORDS_PER_PANEL))
    return _Plan(1 + (words >= _SECOND_CHARACTER_WORDS) + (words >= _THIRD_CHARACTER_WORDS), panels)


def _likely(chapters: list[int]) -> Likely:
    """Return the likely range for the expected panels of each chapter."""
    deviations = [max(1, round(panels * _USUAL_DEVIATION)) for panels in chapters]
    least = (max(MIN_PANELS, panels - by) for panels, by in zip(chapters, deviations, strict=True))
    most = (min(MAX_PANELS, panels + by) for panels, by in zip(chapters, deviations, strict=True))
    return Likely(min=sum(least), max=sum(most))


def _duration_s(plan: _Plan, settings: Settings, text_s: float, image_s: float) -> float:
    """The analysis; then the breakdown and the characters in parallel; then the panels in parallel."""
    text_s, image_s = min(text_s, settings.text_timeout_s), min(image_s, settings.image_timeout_s)
    beside = math.ceil((1 + plan.characters) / settings.max_parallel_steps)
    panels = math.ceil(plan.panels / settings.max_parallel_steps)
    return text_s + beside * max(text_s, image_s) + panels * image_s


def _used(book: list[_Plan], chapters: Chapters, request: GenerateMangaRequest, settings: Settings, day: date) -> Usage:
    plans = zip(book, chapters.texts, strict=True)
    return sum((_used_by(plan, text, request, settings, day) for plan, text in plans), Usage())


def _used_by(plan: _Plan, story: str, request: GenerateMangaRequest, settings: Settings, day: date) -> Usage:
    text_price, image_price = settings.price_of(settings.text_model, day), settings.price_of(settings.image_model, day)
    text = text_call(characters_of(analysis_prompt(story, request.style)))
    uploads = min(len(request.uploaded_character_references), MAX_REFERENCES)
    sheet = image_call(_DRAWING_CHARACTERS, uploads, settings.image_thinking)
    places = min(len(request.uploaded_setting_references), MAX_OF_OBJECTS)
    shown = (min(plan.characters, _SHEETS_OF_PANEL) if plan.characters else _SHEETS_OF_PANEL) + places
    panel = image_call(_DRAWING_CHARACTERS, shown, settings.image_thinking)
    calls = [
        *[text.priced(text_price)] * 2,
        *[sheet.priced(image_price)] * plan.characters,
        *[panel.priced(image_price)] * plan.panels,
    ]
    return sum(calls, Usage())


def _price(plans: list[Usage]) -> Measured | None:
    if any(used.unpriced_calls for used in plans):
        return None
    return _measured(*(round(used.price_micros / MICROS_PER_DOLLAR, 3) for used in plans))


def _counted(least: int, expected: int, most: int) -> Counted:
    return Counted(min=least, expected=expected, max=most)


def _measured(least: float, expected: float, most: float) -> Measured:
    return Measured(min=least, expected=expected, max=most)
