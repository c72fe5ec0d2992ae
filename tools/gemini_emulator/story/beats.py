"""Divides a story into beats: runs of sentences of about equal length, with cuts at paragraphs where possible."""

import re
from dataclasses import dataclass

from tools.gemini_emulator.story.speech import without_speech
from tools.gemini_emulator.story.text import Sentence, sentences_of, word_count

MIN_BEATS, MAX_BEATS = 2, 15
WORDS_OF_AN_OPENING, WORDS_A_BEAT = 40, 34
CLAUSE = re.compile(r"(?<=[,;:—\u2013、])\s*(?=\S)|\s+(?=(?:and|but|then|while|until|because|und|y|et|и)\s)")
MIN_CLAUSE_WORDS = 3
PARAGRAPH_BREAK_BONUS = 0.35
SPLIT_SPEECH_PENALTY = 0.6


@dataclass(frozen=True, slots=True)
class Beat:
    """A run of sentences: the text, its position in the story, and the text without speech."""

    text: str
    start: int
    end: int
    narrated: str


def beats_of(story: str) -> list[Beat]:
    """Return 2 to 15 beats: more for a longer story."""
    sentences = sentences_of(_without_heading(story)) or [Sentence(story.strip() or "…", 0, 0)]
    words = sum(sentence.weight for sentence in sentences)
    wanted = max(MIN_BEATS, min(MAX_BEATS, round((words + WORDS_OF_AN_OPENING) / WORDS_A_BEAT)))
    sentences = _enough_pieces(sentences, MIN_BEATS)
    groups = _balanced(sentences, min(wanted, len(sentences)))
    beats = [_beat(group) for group in groups]
    return beats if len(beats) >= MIN_BEATS else [beats[0], beats[0]]


def _without_heading(story: str) -> str:
    """Blank out a heading without moving the other characters."""
    match = re.match(r"\s*[#*_]*([^\n]{1,70}[^\n.!?…。:;,\"”»」])\n\s*\S", story)
    if match is None or word_count(match[1]) > 8:  # noqa: PLR2004 - a heading is short
        return story
    return " " * match.end(1) + story[match.end(1) :]


def _enough_pieces(sentences: list[Sentence], needed: int) -> list[Sentence]:
    """Cut the longest sentences at their clauses until there are enough pieces."""
    while len(sentences) < needed:
        longest = max(range(len(sentences)), key=lambda index: sentences[index].weight)
        pieces = _clauses(sentences[longest])
        if len(pieces) == 1:
            return sentences
        sentences = [*sentences[:longest], *pieces, *sentences[longest + 1 :]]
    return sentences


def _clauses(sentence: Sentence) -> list[Sentence]:
    """Cut a sentence in two at the clause border nearest to its middle."""
    if without_speech(sentence.text) != sentence.text:
        return [sentence]
    borders = [
        match.end()
        for match in CLAUSE.finditer(sentence.text)
        if min(word_count(sentence.text[: match.end()]), word_count(sentence.text[match.end() :])) >= MIN_CLAUSE_WORDS
    ]
    if not borders:
        return [sentence]
    border = min(borders, key=lambda at: abs(at - len(sentence.text) / 2))
    return [
        Sentence(sentence.text[:border].rstrip(" ,;:—\u2013、"), sentence.start, sentence.paragraph),
        Sentence(sentence.text[border:].lstrip(), sentence.start + border, sentence.paragraph),
    ]


def _balanced(sentences: list[Sentence], count: int) -> list[list[Sentence]]:
    """Divide into `count` runs with the least sum of squared differences from the mean weight."""
    weights = [sentence.weight for sentence in sentences]
    mean = sum(weights) / count
    total = len(sentences)
    best = [[float("inf")] * (count + 1) for _ in range(total + 1)]
    cut = [[0] * (count + 1) for _ in range(total + 1)]
    best[0][0] = 0.0
    for end in range(1, total + 1):
        for groups in range(1, min(count, end) + 1):
            for start in range(groups - 1, end):
                cost = best[start][groups - 1] + _cost(sentences, start, end, sum(weights[start:end]) / mean)
                if cost < best[end][groups]:
                    best[end][groups], cut[end][groups] = cost, start
    return _runs(sentences, cut, count)


def _cost(sentences: list[Sentence], start: int, end: int, relative_weight: float) -> float:
    cost = (relative_weight - 1) ** 2
    if end < len(sentences) and sentences[end].paragraph == sentences[end - 1].paragraph:
        cost += PARAGRAPH_BREAK_BONUS
    spoken = sum('"' in sentence.text or "“" in sentence.text for sentence in sentences[start:end])
    # two quotations do not fit into one bubble
    return cost + SPLIT_SPEECH_PENALTY * max(0, spoken - 1)


def _runs(sentences: list[Sentence], cut: list[list[int]], count: int) -> list[list[Sentence]]:
    runs: list[list[Sentence]] = []
    end = len(sentences)
    for groups in range(count, 0, -1):
        start = cut[end][groups]
        runs.insert(0, sentences[start:end])
        end = start
    return runs


def _beat(sentences: list[Sentence]) -> Beat:
    text = " ".join(sentence.text for sentence in sentences)
    last = sentences[-1]
    narrated = without_speech(text).replace("\x00", " ")
    return Beat(text, sentences[0].start, last.start + len(last.text), narrated)
