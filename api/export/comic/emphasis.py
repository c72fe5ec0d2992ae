"""How much room a panel gets, by its camera angle and its place in the story."""

from shared.models.story import PanelPlan

_FIRST = 1.3
_LAST = 1.4
_LEAST_FOR_SPEECH = 0.95
"""The lettering is part of the image, so it shrinks with the panel."""
_MUCH_SPEECH_WORDS = 8

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
    if len((plan.dialogue or "").split()) > _MUCH_SPEECH_WORDS:
        weight = max(weight, _LEAST_FOR_SPEECH)
    return weight
