"""Cuts a story into sentences, keeping a spoken sentence and its `she said` together."""

import re
from dataclasses import dataclass

from tools.gemini_emulator.story.lexicon.people import SAID

OPENING, CLOSING = "“«「『„", "”»」』"
SENTENCE_END = re.compile(r"[.!?…]+[\"'”\u2019»)\]]*(?=\s|$)|[。\uff01\uff1f]+[」』\uff09]*|[」』](?=\s*[^\sとっ、。])")
ABBREVIATIONS = frozenset({"mr", "mrs", "ms", "dr", "prof", "st", "sr", "jr", "capt", "lt", "sgt", "vs", "etc", "no"})
SAID_CLAUSE_WORDS = 4


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, where it begins in the story, and the number of its paragraph (from 0)."""

    text: str
    start: int
    paragraph: int

    @property
    def weight(self) -> int:
        return word_count(self.text)


def word_count(text: str) -> int:
    """Count words. In scripts without spaces, three letters count as one."""
    unspaced = len(re.findall(r"[\u3040-\u30ff\u4e00-\u9fff]", text))
    return max(1, len(text.split()) + unspaced // 3)


def sentences_of(story: str) -> list[Sentence]:
    found: list[Sentence] = []
    for number, match in enumerate(re.finditer(r"[^\n]+", story)):
        found.extend(_sentences_of_paragraph(match[0], match.start(), number))
    return found


def _sentences_of_paragraph(paragraph: str, offset: int, number: int) -> list[Sentence]:
    found: list[Sentence] = []
    start = 0
    for match in SENTENCE_END.finditer(paragraph):
        end = match.end()
        if end <= start or not _ends_here(paragraph, start, end):
            continue
        _append(found, paragraph, start, end, offset, number)
        start = end
    _append(found, paragraph, start, len(paragraph), offset, number)
    return found


def _append(found: list[Sentence], paragraph: str, start: int, end: int, offset: int, number: int) -> None:
    text = paragraph[start:end].strip()
    if re.search(r"\w", text):
        lead = len(paragraph[start:end]) - len(paragraph[start:end].lstrip())
        found.append(Sentence(text, offset + start + lead, number))


def _ends_here(paragraph: str, start: int, end: int) -> bool:
    piece, rest = paragraph[start:end], paragraph[end:].lstrip()
    if not rest:
        return True
    if _is_open(piece):
        return False
    last_word = re.search(r"(\w+)\.$", piece)
    if last_word and (last_word[1].lower() in ABBREVIATIONS or len(last_word[1]) == 1):
        return False
    if rest[0].islower():
        return False
    return not (piece[-1] in "\"'”\u2019»」』" and _begins_with_said(rest))


def _is_open(piece: str) -> bool:
    """Return whether a quotation is still open at the end of the piece."""
    opened = sum(piece.count(mark) for mark in OPENING)
    closed = sum(piece.count(mark) for mark in CLOSING)
    return opened > closed or piece.count('"') % 2 == 1


def _begins_with_said(rest: str) -> bool:
    """Return whether the text after a quotation names the speaker: `Mira asked`."""
    words = re.split(r"[.!?\"“”]", rest, maxsplit=1)[0].split()[:SAID_CLAUSE_WORDS]
    return any(word.strip(",;:").lower() in SAID for word in words)
