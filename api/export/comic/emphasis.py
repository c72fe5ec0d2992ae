"""How much room a panel gets, by its camera angle and its place in the story."""

from shared.models.story import PanelPlan
from shared.text.words import count_words

_FIRST = 1.3
_LAST = 1.4
_FEW_WORDS = 8
_LEAST_FOR_SPEECH, _FOR_EACH_WORD, _MOST_FOR_SPEECH = 0.95, 0.03, 1.3
"""The lettering is part of the image, so it shrinks with the panel."""

# The first row that names the angle decides.
_BY_CAMERA: tuple[tuple[float, tuple[str, ...]], ...] = (
    (1.8, ("splash", "establishing", "panorama")),
    (0.65, ("extreme close", "detail", "insert")),
    (1.0, ("medium close",)),
    (0.75, ("close-up", "close up", "closeup")),
    (1.5, ("wide", "long shot", "bird", "aerial")),
    (1.2, ("action", "dynamic", "dutch", "low angle", "low-angle")),
)


def emphasis(plan: PanelPlan, index: int, count: int) -> float:
    """Return a panel's weight (1 is average); `index` is 0-based of `count`."""
    angle = plan.camera_angle.casefold()
    weight = next((weight for weight, terms in _BY_CAMERA if any(term in angle for term in terms)), 1.0)
    if index == 0:
        weight *= _FIRST
    if index == count - 1:
        weight *= _LAST
    return max(weight, _least_for_speech(plan.dialogue or ""))


def _least_for_speech(dialogue: str) -> float:
    """Return the least weight with which a speech bubble stays legible: it grows with the number of words."""
    more = count_words(dialogue) - _FEW_WORDS
    return 0.0 if more <= 0 else min(_LEAST_FOR_SPEECH + more * _FOR_EACH_WORD, _MOST_FOR_SPEECH)
