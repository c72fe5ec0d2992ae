"""The texts of a panel that are set over its picture: a caption, what is said, and a sound."""

import re
from collections.abc import Sequence

from pydantic import JsonValue

from tools.gemini_emulator.story.speech import Utterance

# A beat of more utterances than this has the rest in its scene only.
MAX_SPOKEN = 2
MAX_REPLY_LETTERS = 60
# The first whose words a beat has is heard.
SOUNDS = {
    "BOOM!": r"explod\w+|thunder\w*|blew up|cannons?",
    "CRASH!": r"crash\w*|shatter\w*|collaps\w+|smash\w*",
    "SPLASH!": r"splash\w*|dived?|dove|plunged",
    "THUD!": r"fell|falls|dropped|tumbled|thump\w*",
    "KNOCK KNOCK": r"knock\w*",
    "RRRING!": r"rang|rings|bell",
    "WHOOSH!": r"flew|leapt|jump\w*|dash\w+|swung|rush\w+|spun|raced",
    "TAP TAP TAP": r"ran|runs|running|sprint\w+|chas\w+",
}


def texts_of_panel(
    caption: str, line: str | None, speaker: str | None, spoken: Sequence[Utterance], narrated: str
) -> list[dict[str, JsonValue]]:
    """Return the texts of a panel in reading order. `line` is what `speaker` says; others may answer briefly."""
    texts: list[dict[str, JsonValue]] = []
    if caption:
        texts.append({"kind": "narration", "text": caption})
    if line:
        texts.append(_said(line, speaker))
        replies = [said for said in spoken if said.speaker and said.speaker != speaker]
        texts += [_said(said.words, said.speaker) for said in replies if len(said.words) <= MAX_REPLY_LETTERS][
            : MAX_SPOKEN - 1
        ]
    if sound := sound_of(narrated):
        texts.append({"kind": "effect", "text": sound})
    return texts


def sound_of(narrated: str) -> str | None:
    """Return the sound of what happens, if it has one."""
    matching = (sound for sound, words in SOUNDS.items() if re.search(rf"\b(?:{words})\b", narrated, re.IGNORECASE))
    return next(matching, None)


def _said(words: str, speaker: str | None) -> dict[str, JsonValue]:
    said: dict[str, JsonValue] = {"kind": "dialogue", "text": re.sub(r",$", ".", words)}
    return said if speaker is None else {**said, "speaker": speaker}
