"""Camera angles: by what happens in a panel, and never the same twice in a row."""

import re

from tools.gemini_emulator.story.lexicon.moods import Feeling
from tools.gemini_emulator.story.seeds import choice

ACTION = re.compile(
    r"\b(ran|run|runs|running|leapt|jumped|jumps|climbed|chased|raced|fell|flew|dashed|sprinted|dived|dove|burst|crashed|"
    r"swung|threw|grabbed|fought|spun|rushed|skidded|exploded)\b",
    re.IGNORECASE,
)
HEIGHT = re.compile(
    r"\b(climbed|tower|cliff|rooftop|mountain|summit|above|towering|giant|huge|ladder)\b", re.IGNORECASE
)
DETAIL = re.compile(
    r"\b(tear|tears|eye|eyes|whispered|stared|blinked|letter|key|hand|ring|face|smile|smiled|trembl\w+)\b",
    re.IGNORECASE,
)

ALONE_SPEAKING = ("Medium shot", "Close-up", "Medium close-up")
TOGETHER_SPEAKING = ("Medium two-shot", "Close two-shot", "Medium shot")
MOVING = ("Dynamic low-angle shot", "Full shot from the side", "Dutch angle action shot")
STILL = ("Medium shot", "Full shot", "High-angle shot")
INTIMATE = ("Close-up", "Extreme close-up on the eyes")


def camera_for(
    text: str, index: int, count: int, present: int, previous: str, feeling: Feeling, *, is_spoken: bool
) -> str:
    options = _options(text, index, count, present, feeling, is_spoken=is_spoken)
    fresh = [option for option in options if option != previous] or list(options)
    return choice(fresh, text, index)


def _options(text: str, index: int, count: int, present: int, feeling: Feeling, *, is_spoken: bool) -> tuple[str, ...]:  # noqa: PLR0911 - one line a situation
    if present == 0:
        return ("Wide establishing shot", "Bird's-eye view")
    if index == 0:
        return ("Wide establishing shot",)
    if index == count - 1 and not is_spoken:
        return ("Wide shot", "High-angle wide shot")
    if ACTION.search(text):
        return ("Low-angle shot", *MOVING) if HEIGHT.search(text) else MOVING
    if is_spoken:
        return TOGETHER_SPEAKING if present > 1 else ALONE_SPEAKING
    if DETAIL.search(text) and feeling in {"sad", "afraid", "surprised", "tender", "angry"}:
        return INTIMATE
    return ("Low-angle shot", *STILL) if HEIGHT.search(text) else STILL
