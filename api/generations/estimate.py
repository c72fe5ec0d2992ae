"""Estimates what a start or a retry will take: nothing is started, stored or sent to the model.

The model decides how many characters and panels a story has. So each figure has a minimum and a maximum, by the limits
of the app (1-4 characters, 2-15 panels), and an expected value for stories of this length.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from shared.costs.call_size import characters_of, image_call, text_call
from shared.model.prompts.analysis import analysis_prompt
from shared.model.prompts.references import MAX_OF_OBJECTS, MAX_REFERENCES
from shared.models.http.estimate import Counted, GenerationEstimate, Likely, Measured
from shared.models.http.requests import GenerateMangaRequest
from shared.models.prices import IMAGE_SIZE, ImageSize
from shared.models.story import MAX_CHARACTERS, MAX_PANELS, MIN_PANELS, StopAfter, Style
from shared.models.usage import MICROS_PER_DOLLAR, Usage
from shared.settings import Settings
from shared.text.words import count_words

_WORDS_PER_PANEL = 35
# How far the number of panels usually is from the expected one.
_USUAL_DEVIATION = 0.2
# Stories with at least so many words have a second and a third character.
_SECOND_CHARACTER_WORDS, _THIRD_CHARACTER_WORDS = 15, 120
# Seconds that a call of a flash model takes: the fastest, and usually. None takes longer than its timeout.
_QUICK_TEXT_S, _USUAL_TEXT_S = 4.0, 12.0
_QUICK_IMAGE_S, _USUAL_IMAGE_S = 6.0, 18.0
# How much longer larger images take: a guess.
_TIMES_AS_LONG: Mapping[ImageSize, float] = {"1K": 1.0, "2K": 1.3, "4K": 2.0}
# The length of a drawing prompt, and how many character sheets are sent with a panel.
_DRAWING_CHARACTERS = 3000
_SHEETS_OF_PANEL = 2
_BOTH_TEXTS = 2


@dataclass(frozen=True, slots=True)
class Task:
    """What is estimated: the story, how many uploads there are, and what of it is to be made.

    `texts`: how many calls for the plan are to be made. `characters`: how many sheets are missing. `casts`: for each
    missing panel, how many sheets it is drawn with. The last two are None if that is not known yet. `stop_after`: none
    of them is drawn.
    """

    story: str
    style: Style
    character_uploads: int
    setting_uploads: int
    texts: int = 2
    characters: int | None = None
    casts: tuple[int, ...] | None = None
    stop_after: StopAfter | None = None
    image_size: ImageSize = IMAGE_SIZE


@dataclass(frozen=True, slots=True)
class _Parts:
    """One outcome: how many calls for texts and sheets there are, and how many sheets each panel shows."""

    texts: int
    characters: int
    casts: tuple[int, ...]

    @property
    def calls(self) -> int:
        return self.texts + self.characters + len(self.casts)


def estimate(request: GenerateMangaRequest, settings: Settings, day: date) -> GenerationEstimate:
    """Return the estimate for a start, at the prices of that day."""
    task = Task(
        request.story,
        request.style,
        len(request.uploaded_character_references),
        len(request.uploaded_setting_references),
        stop_after=request.stop_after,
        image_size=request.image_size,
    )
    return estimate_task(task, settings, day)


def estimate_task(task: Task, settings: Settings, day: date) -> GenerationEstimate:
    """Return the estimate, at the prices of that day. Planned images are counted even if they are to be drawn later."""
    words = count_words(task.story)
    outcomes = [_outcome(task, *plan) for plan in ((1, MIN_PANELS), _expected(words), (MAX_CHARACTERS, MAX_PANELS))]
    made = [_Parts(task.texts, 0, ()) if task.stop_after else outcome for outcome in outcomes]
    size, longer = task.image_size, _TIMES_AS_LONG[task.image_size]
    seconds = (
        _duration_s(made[0], settings, size, _QUICK_TEXT_S, _QUICK_IMAGE_S * longer),
        _duration_s(made[1], settings, size, _USUAL_TEXT_S, _USUAL_IMAGE_S * longer),
        _duration_s(made[2], settings, size, settings.text_timeout_s, settings.image_timeout_s),
    )
    return GenerationEstimate(
        words=words,
        panels=_counted(*(len(outcome.casts) for outcome in outcomes)),
        likely_panels=_likely(len(outcomes[1].casts)) if task.casts is None else None,
        characters=_counted(*(outcome.characters for outcome in outcomes)),
        calls=_counted(*(parts.calls for parts in made)),
        minutes=_measured(*(round(duration_s / 60, 2) for duration_s in seconds)),
        price=_price([_used(parts, task, settings, day) for parts in made]),
        is_free=settings.is_free,
    )


def _outcome(task: Task, characters: int, panels: int) -> _Parts:
    """Return the outcome if the story had so many characters and panels, where that is not known yet."""
    return _Parts(
        task.texts,
        characters if task.characters is None else task.characters,
        (min(characters, _SHEETS_OF_PANEL),) * panels if task.casts is None else task.casts,
    )


def _expected(words: int) -> tuple[int, int]:
    panels = min(MAX_PANELS, MIN_PANELS + round(words / _WORDS_PER_PANEL))
    return 1 + (words >= _SECOND_CHARACTER_WORDS) + (words >= _THIRD_CHARACTER_WORDS), panels


def _likely(panels: int) -> Likely:
    deviation = max(1, round(panels * _USUAL_DEVIATION))
    return Likely(min=max(MIN_PANELS, panels - deviation), max=min(MAX_PANELS, panels + deviation))


def _duration_s(parts: _Parts, settings: Settings, size: ImageSize, text_s: float, image_s: float) -> float:
    """The analysis; then the breakdown and the characters in parallel; then the panels in parallel."""
    text_s, image_s = min(text_s, settings.text_timeout_s), min(image_s, settings.image_timeout_s)
    analysis, chunks = parts.texts == _BOTH_TEXTS, parts.texts > 0
    slowest_s = max(chunks * text_s, (parts.characters > 0) * image_s)
    beside = math.ceil((chunks + parts.characters) / settings.parallel_steps(size))
    panels = math.ceil(len(parts.casts) / settings.parallel_steps(size))
    return analysis * text_s + beside * slowest_s + panels * image_s


def _used(parts: _Parts, task: Task, settings: Settings, day: date) -> Usage:
    text_price, image_price = settings.price_of(settings.text_model, day), settings.price_of(settings.image_model, day)
    text = text_call(characters_of(analysis_prompt(task.story, task.style)))
    uploads = min(task.character_uploads, MAX_REFERENCES)
    sheet = image_call(_DRAWING_CHARACTERS, uploads, settings.image_thinking, task.image_size)
    places = min(task.setting_uploads, MAX_OF_OBJECTS)
    panels = [
        image_call(_DRAWING_CHARACTERS, cast + places, settings.image_thinking, task.image_size) for cast in parts.casts
    ]
    calls = [
        *[text.priced(text_price)] * parts.texts,
        *[sheet.priced(image_price)] * parts.characters,
        *[panel.priced(image_price) for panel in panels],
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
