"""Estimates what work will take: nothing is started, stored or sent to the model.

The model decides how many characters and panels a story has. So each figure has a minimum and a maximum, by the limits
of the app (1-4 characters, 2-15 panels), and an expected value for stories of this length.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from shared.costs.call_size import characters_of, image_call, text_call
from shared.model.prompts.analysis import analysis_prompt
from shared.model.prompts.references import MAX_OF_OBJECTS, MAX_REFERENCES
from shared.models.http.estimate import Counted, EstimatedChapter, GenerationEstimate, Likely, Measured
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
    """What is estimated: a story, how many uploads there are, and what of it is to be made.

    `texts`: how many calls for the plan are to be made. `characters`: how many sheets are missing. `casts`: for each
    missing panel, how many sheets it is drawn with. The last two are None if that is not known yet. `has_cast`: the
    story continues another one, whose sheets it takes over.
    """

    story: str
    style: Style
    character_uploads: int
    setting_uploads: int
    texts: int = _BOTH_TEXTS
    characters: int | None = None
    casts: tuple[int, ...] | None = None
    has_cast: bool = False
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


def estimate(
    tasks: Sequence[Task],
    settings: Settings,
    day: date,
    *,
    stop_after: StopAfter | None = None,
    chapters: tuple[EstimatedChapter, ...] = (),
) -> GenerationEstimate:
    """Return the estimate for tasks that are done one after another, at the prices of that day.

    With `stop_after` only the texts of the first one are made; images are counted even if they are to be drawn later.
    """
    words = [count_words(task.story) for task in tasks]
    expected = [_expected(count) for count in words]
    outcomes = (
        [_outcome(task, 1, MIN_PANELS, least=True) for task in tasks],
        [_outcome(task, *plan, least=True) for task, plan in zip(tasks, expected, strict=True)],
        [_outcome(task, MAX_CHARACTERS, MAX_PANELS) for task in tasks],
    )
    made = [[_Parts(tasks[0].texts, 0, ())] if stop_after else outcome for outcome in outcomes]
    times_s = (
        (_QUICK_TEXT_S, _QUICK_IMAGE_S),
        (_USUAL_TEXT_S, _USUAL_IMAGE_S),
        (settings.text_timeout_s, settings.image_timeout_s),
    )
    seconds = [
        sum(_duration_s(parts, task, settings, *call_s) for parts, task in zip(outcome, tasks, strict=False))
        for outcome, call_s in zip(made, times_s, strict=True)
    ]
    return GenerationEstimate(
        words=sum(words),
        panels=_counted(*(sum(len(parts.casts) for parts in outcome) for outcome in outcomes)),
        likely_panels=_likely([panels for _, panels in expected]) if tasks[0].casts is None else None,
        characters=_counted(*(sum(parts.characters for parts in outcome) for outcome in outcomes)),
        calls=_counted(*(sum(parts.calls for parts in outcome) for outcome in made)),
        minutes=_measured(*(round(duration_s / 60, 2) for duration_s in seconds)),
        price=_price([_used(outcome, tasks, settings, day) for outcome in made]),
        is_free=settings.is_free,
        chapters=chapters,
    )


def _expected(words: int) -> tuple[int, int]:
    """Return the expected numbers of characters and panels."""
    panels = min(MAX_PANELS, MIN_PANELS + round(words / _WORDS_PER_PANEL))
    return 1 + (words >= _SECOND_CHARACTER_WORDS) + (words >= _THIRD_CHARACTER_WORDS), panels


def _outcome(task: Task, characters: int, panels: int, *, least: bool = False) -> _Parts:
    """Return the outcome if the story had so many characters and panels, where that is not known yet.

    `least`: a story that continues another one has no new characters.
    """
    shown = _SHEETS_OF_PANEL if task.has_cast else min(characters, _SHEETS_OF_PANEL)
    new = 0 if task.has_cast and least else characters
    return _Parts(
        task.texts,
        new if task.characters is None else task.characters,
        (shown,) * panels if task.casts is None else task.casts,
    )


def _likely(expected_panels: Sequence[int]) -> Likely:
    """Return the likely range for the expected panels of each task."""
    ranges = [(panels, max(1, round(panels * _USUAL_DEVIATION))) for panels in expected_panels]
    return Likely(
        min=sum(max(MIN_PANELS, panels - deviation) for panels, deviation in ranges),
        max=sum(min(MAX_PANELS, panels + deviation) for panels, deviation in ranges),
    )


def _duration_s(parts: _Parts, task: Task, settings: Settings, text_s: float, image_s: float) -> float:
    """The analysis; then the breakdown and the characters in parallel; then the panels in parallel."""
    text_s = min(text_s, settings.text_timeout_s)
    image_s = min(image_s * _TIMES_AS_LONG[task.image_size], settings.image_timeout_s)
    parallel = settings.parallel_steps(task.image_size)
    analysis, chunks = parts.texts == _BOTH_TEXTS, parts.texts > 0
    slowest_s = max(chunks * text_s, (parts.characters > 0) * image_s)
    beside = math.ceil((chunks + parts.characters) / parallel)
    panels = math.ceil(len(parts.casts) / parallel)
    return analysis * text_s + beside * slowest_s + panels * image_s


def _used(outcome: Sequence[_Parts], tasks: Sequence[Task], settings: Settings, day: date) -> Usage:
    return sum(
        (_used_by(parts, task, settings, day) for parts, task in zip(outcome, tasks, strict=False)),
        Usage(),
    )


def _used_by(parts: _Parts, task: Task, settings: Settings, day: date) -> Usage:
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


def _price(outcomes: Sequence[Usage]) -> Measured | None:
    if any(used.unpriced_calls for used in outcomes):
        return None
    return _measured(*(round(used.price_micros / MICROS_PER_DOLLAR, 3) for used in outcomes))


def _counted(least: int, expected: int, most: int) -> Counted:
    return Counted(min=least, expected=expected, max=most)


def _measured(least: float, expected: float, most: float) -> Measured:
    return Measured(min=least, expected=expected, max=most)
