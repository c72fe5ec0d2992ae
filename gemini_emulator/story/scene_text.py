"""What is to be seen in a beat: the narration without the spoken words."""

import re

from gemini_emulator.story.lexicon.people import SAID
from gemini_emulator.story.speech import without_speech

MAX_LETTERS = 260
SAID_ALONE = re.compile(
    rf"^(?:\w+\s+){{0,3}}?(?:{'|'.join(sorted(SAID))})(?:\s+(?:\w+\s*){{0,3}})?[.,!?]*$", re.IGNORECASE
)


def describe_action(text: str, spoken: list[str]) -> str:
    """Return the sentences of a beat that can be drawn; nothing if all of it is speech."""
    told = without_speech(text)
    pieces = re.split(r"(?<=[.!?。\uff01\uff1f])\s+|\x00", told)
    kept = [_piece(piece) for piece in pieces]
    action = " ".join(piece for piece in kept if piece)
    for words in spoken:
        action = action.replace(words, "").strip()
    return _cut(action)


def _piece(piece: str) -> str:
    piece = piece.strip(" ,;:—\u2013\"“”'")
    if not re.search(r"\w", piece) or SAID_ALONE.match(piece):
        return ""
    inverted = re.match(rf"(?P<verb>{'|'.join(sorted(SAID))})\s+(?P<who>(?:the\s+)?\w+)(?P<rest>.*)", piece, re.DOTALL)
    if inverted:
        piece = f"{inverted['who']} {inverted['verb']}{inverted['rest']}"
    piece = piece[0].upper() + piece[1:]
    return piece if piece[-1] in ".!?…。\uff01\uff1f" else f"{piece}."


def _cut(action: str) -> str:
    action = re.sub(r"\s+", " ", action)
    if len(action) <= MAX_LETTERS:
        return action
    return f"{action[:MAX_LETTERS].rsplit(' ', 1)[0]}…"
