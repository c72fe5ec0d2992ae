"""Estimates what a generation will take, from its request alone: nothing is started, stored or sent to the model.

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
from shared.models.prices import ImageSize
from shared.models.story import MAX_CHARACTERS, MAX_PANELS, MIN_PANELS
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


@dataclass(frozen=True, slots=True)
class _Plan:
    characters: int
    panels: int

    @property
    def calls(self) -> int:
        return 2 + self.characters + self.panels


_LEAST = _Plan(1, MIN_PANELS)
_MOST = _Plan(MAX_CHARACTERS, MAX_PANELS)


def estimate(request: GenerateMangaRequest, settings: Settings, day: date) -> GenerationEstimate:
    """Return the estimate for a request, at the prices of that day."""
    words = count_words(request.story)
    plans = (_LEAST, _expected(words), _MOST)
    size, longer = request.image_size, _TIMES_AS_LONG[request.image_size]
    seconds = (
        _duration_s(_LEAST, settings, size, _QUICK_TEXT_S, _QUICK_IMAGE_S * longer),
        _duration_s(plans[1], settings, size, _USUAL_TEXT_S, _USUAL_IMAGE_S * longer),
        _duration_s(_MOST, settings, size, settings.text_timeout_s, settings.image_timeout_s),
    )
    return GenerationEstimate(
        words=words,
        panels=_counted(*(plan.panels for plan in plans)),
        likely_panels=_likely(plans[1].panels),
        characters=_counted(*(plan.characters for plan in plans)),
        calls=_counted(*(plan.calls for plan in plans)),
        minutes=_measured(*(round(duration_s / 60, 2) for duration_s in seconds)),
        price=_price([_used(plan, request, settings, day) for plan in plans]),
        is_free=settings.is_free,
    )


def _expected(words: int) -> _Plan:
    panels = min(MAX_PANELS, MIN_PANELS + round(words / _WORDS_PER_PANEL))
    return _Plan(1 + (words >= _SECOND_CHARACTER_WORDS) + (words >= _THIRD_CHARACTER_WORDS), panels)


def _likely(panels: int) -> Likely:
    deviation = max(1, round(panels * _USUAL_DEVIATION))
    return Likely(min=max(MIN_PANELS, panels - deviation), max=min(MAX_PANELS, panels + deviation))


def _duration_s(plan: _Plan, settings: Settings, size: ImageSize, text_s: float, image_s: float) -> float:
    """The analysis; then the breakdown and the characters in parallel; then the panels in parallel."""
    text_s, image_s = min(text_s, settings.text_timeout_s), min(image_s, settings.image_timeout_s)
    beside = math.ceil((1 + plan.characters) / settings.parallel_steps(size))
    panels = math.ceil(plan.panels / settings.parallel_steps(size))
    return text_s + beside * max(text_s, image_s) + panels * image_s


def _used(plan: _Plan, request: GenerateMangaRequest, settings: Settings, day: date) -> Usage:
    text_price, image_price = settings.price_of(settings.text_model, day), settings.price_of(settings.image_model, day)
    text = text_call(characters_of(analysis_prompt(request.story, request.style)))
    uploads = min(len(request.uploaded_character_references), MAX_REFERENCES)
    sheet = image_call(_DRAWING_CHARACTERS, uploads, settings.image_thinking, request.image_size)
    places = min(len(request.uploaded_setting_references), MAX_OF_OBJECTS)
    shown = min(plan.characters, _SHEETS_OF_PANEL) + places
    panel = image_call(_DRAWING_CHARACTERS, shown, settings.image_thinking, request.image_size)
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
