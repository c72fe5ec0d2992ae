"""Finds what is said aloud in a story, in quotes of several kinds and after dialogue dashes, and by whom."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tools.gemini_emulator.story.lexicon.people import ROLE_NOUNS, SAID
from tools.gemini_emulator.story.people import Person, mentions_in

QUOTATION = re.compile(
    r"“([^”]+)”|„([^“”]+)[“”]|\"([^\"\n]+)\"|«\s*([^»\n]+?)\s*»|»([^«\n]+)«|「([^」]+)」|『([^』]+)』"
    r"|(?<![\w\u2019'])\u2018([^\n]+?)\u2019(?!\w)|(?<![\w'])'([^'\n]+(?:'\w[^'\n]*)*)'(?!\w)"
)
DASHED = re.compile(r"^[ \t]*[—\u2013]\s*([^\n—\u2013]+)(?:[—\u2013]([^\n—\u2013]*))?", re.MULTILINE)
LOOK_AHEAD = 70
LOOK_BACK = 70
# A speaker who is not one of the people; None means that the words beside the quotation name nobody.
STRANGER = ""
VOICE = re.compile(r"\b(?:[Aa]|the|The)\s+(?:\w+\s+)?(?:voice|radio|loudspeaker|stranger)\b[^\n]*$")


@dataclass(frozen=True, slots=True)
class Utterance:
    """Words spoken, without quotes. `start`..`end` is the place of the quotation, quotes included."""

    words: str
    start: int
    end: int
    speaker: str | None = None


def utterances_of(story: str, people: Sequence[Person]) -> list[Utterance]:
    """Return everything said, in order, with the speakers that the story names."""
    found = sorted(_quoted(story) + _dashed(story), key=lambda utterance: utterance.start)
    return _with_speakers(story, found, people)


def without_speech(text: str) -> str:
    """Return a text without its quotations, each replaced by a NUL."""
    spoken = {match.span() for match in QUOTATION.finditer(text) if _is_speech(text, match)}
    for start, end in sorted(spoken, reverse=True):
        text = f"{text[:start]}\x00{text[end:]}"
    return text


def _quoted(story: str) -> list[Utterance]:
    return [
        Utterance(_clean(next(filter(None, match.groups()))), match.start(), match.end())
        for match in QUOTATION.finditer(story)
        if _is_speech(story, match)
    ]


def _dashed(story: str) -> list[Utterance]:
    return [
        Utterance(_clean(match[1]), match.start(), match.end(1)) for match in DASHED.finditer(story) if match[1].strip()
    ]


def _is_speech(story: str, match: re.Match[str]) -> bool:
    """Return whether a quotation is speech, not a title: it ends like a sentence, or has a verb of saying beside it."""
    words = _clean(next(filter(None, match.groups())))
    if not re.search(r"\w", words):
        return False
    if re.search(r"[.,!?…—。\uff01\uff1f\uff5e-]$", words) or match[0][0] in "「『":
        return True
    before, after = story[max(0, match.start() - 3) : match.start()].rstrip(), story[match.end() : match.end() + 40]
    return before.endswith((",", ":")) or _has_said(re.split(r"[.!?]", after)[0])


def _clean(words: str) -> str:
    return re.sub(r"\s+", " ", words).strip()


def _has_said(text: str) -> bool:
    return any(word.lower() in SAID for word in re.findall(r"\w+", text))


def _with_speakers(story: str, found: list[Utterance], people: Sequence[Person]) -> list[Utterance]:
    spoken: list[Utterance] = []
    for utterance in found:
        speaker = _speaker(story, utterance, found, people)
        if speaker is None:
            speaker = _by_turn(story, utterance, spoken, people)
        spoken.append(replace(utterance, speaker=speaker or None))
    return spoken


def _speaker(story: str, utterance: Utterance, found: list[Utterance], people: Sequence[Person]) -> str | None:
    """Find the speaker in the words beside the quotation: `asked Mira`, or `Mira leaned in:`."""
    after = _until_other(story[utterance.end : utterance.end + LOOK_AHEAD], found, utterance.end)
    before = re.split(r"[.!?。\uff01\uff1f\n]", story[max(0, utterance.start - LOOK_BACK) : utterance.start])[-1]
    before = re.split(r"[”\"»」]", before)[-1]
    if _has_said(after) and (name := _subject_of_said(after, people)):
        return name
    if name := _first_name(before, people):
        return name
    if VOICE.search(story[max(0, utterance.start - LOOK_BACK) : utterance.start]):
        return STRANGER
    if not _has_said(after) and (name := _first_name(after, people)):
        return name
    return _by_pronoun(story, utterance, after + " " + before, people)


def _until_other(after: str, found: list[Utterance], offset: int) -> str:
    """Cut a text at the end of its sentence, or where the next quotation begins."""
    after = re.split(r"[.!?。\uff01\uff1f\n]", after)[0]
    nexts = [other.start - offset for other in found if 0 <= other.start - offset < len(after)]
    return after[: min(nexts)] if nexts else after


def _subject_of_said(clause: str, people: Sequence[Person]) -> str | None:
    """Return the person named nearest to the verb of saying."""
    verb = next((match for match in re.finditer(r"\w+", clause) if match[0].lower() in SAID), None)
    mentions = mentions_in(clause, people)
    if verb is None or not mentions:
        return None
    return min(mentions, key=lambda mention: abs(mention.start - verb.start())).person.name


def _first_name(text: str, people: Sequence[Person]) -> str | None:
    mentions = mentions_in(text, people)
    return mentions[0].person.name if mentions else None


def _by_pronoun(story: str, utterance: Utterance, clause: str, people: Sequence[Person]) -> str | None:
    """Return the speaker of `she said`: the last person of that gender named before."""
    pronoun = re.search(r"\b(he|she|it)\b", clause, re.IGNORECASE)
    if pronoun is None:
        return None
    if re.search(r"\bI\b", clause):
        return next((person.name for person in people if person.is_narrator), None)
    wanted = {"he": "m", "she": "f", "it": ""}[pronoun[1].lower()]
    before = story[: utterance.start]
    for mention in reversed(mentions_in(before, people)):
        if mention.person.gender in {wanted, ""}:
            return STRANGER if _names_a_stranger(before[mention.start :], wanted) else mention.person.name
    return None


def _names_a_stranger(text: str, gender: str) -> bool:
    """Return whether a text mentions somebody who is not one of the people: `a fisherman`."""
    # `Mira, a small girl, looked up` is no second person
    text = re.sub(r"^[^,.]*,\s+(?:a|an|the)\s[^,.]*", "", text)
    phrases = re.findall(r"\b(?:a|an|another|the)\s+(\w+(?:\s+\w+)?)", text.lower())
    nouns = {word for phrase in phrases for word in phrase.split()}
    return any(noun in ROLE_NOUNS and ROLE_NOUNS[noun][1] in {gender, ""} for noun in nouns)


def _by_turn(story: str, utterance: Utterance, spoken: list[Utterance], people: Sequence[Person]) -> str | None:
    """Guess a speaker without a sign: the same one in the same paragraph, otherwise the other one."""
    if spoken and spoken[-1].speaker:
        if "\n" not in story[spoken[-1].end : utterance.start]:
            return spoken[-1].speaker
        others = [earlier.speaker for earlier in reversed(spoken) if earlier.speaker != spoken[-1].speaker]
        return others[0] if others and others[0] else _last_but(spoken[-1].speaker, story[: utterance.start], people)
    return _last_but("", story[: utterance.start], people)


def _last_but(name: str, before: str, people: Sequence[Person]) -> str | None:
    """Return the person named last, ignoring one name."""
    mentions = [mention for mention in mentions_in(before, people) if mention.person.name != name]
    return mentions[-1].person.name if mentions else None
