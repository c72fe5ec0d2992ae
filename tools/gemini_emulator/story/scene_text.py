"""The visible part of a beat: its narration without the dialogue."""

import re

from tools.gemini_emulator.story.lexicon.people import SAID
from tools.gemini_emulator.story.speech import without_speech

MAX_LETTERS = 260
UNSPACED = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
SAID_ALONE = re.compile(
    rf"^(?:\w+\s+){{0,3}}?(?:{'|'.join(sorted(SAID))})(?:\s+(?:\w+\s*){{0,3}})?[.,!?]*$", re.IGNORECASE
)


INVERTED = re.compile(
    rf"(?P<verb>{'|'.join(sorted(SAID))})\s+(?P<who>(?:the\s+)?[\w-]+(?:\s+[A-Z][\w-]+)*)(?P<rest>.*)", re.DOTALL
)


def describe_action(text: str, spoken: list[str]) -> str:
    """Return the sentences of a beat that can be drawn; nothing if all of it is dialogue."""
    told = without_speech(text)
    pieces = re.split(r"(?<=[.!?。\uff01\uff1f])\s+|\x00", told)
    kept = [_piece(piece) for piece in pieces]
    action = " ".join(piece for piece in kept if piece)
    for words in spoken:
        action = action.replace(words, "").strip()
    return _cut(action)


def _piece(piece: str) -> str:
    piece = re.sub(r"^と(?=[\u3040-\u9fff])", "", piece.strip(" ,;:—\u2013\"“”'"))
    if not re.search(r"\w", piece) or SAID_ALONE.match(piece):
        return ""
    if inverted := INVERTED.match(piece):
        piece = f"{inverted['who']} {inverted['verb']}{inverted['rest']}"
    piece = piece[0].upper() + piece[1:]
    if UNSPACED.search(piece):
        return piece if piece[-1] in "。\uff01\uff1f" else f"{piece}。"
    return piece if piece[-1] in ".!?…。\uff01\uff1f" else f"{piece}."


def _cut(action: str) -> str:
    action = re.sub(r"\s+", " ", action)
    if len(action) <= MAX_LETTERS:
        return action
    return f"{action[:MAX_LETTERS].rsplit(' ', 1)[0]}…"
