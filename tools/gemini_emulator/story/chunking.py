"""Cuts a story into panels: beats of about equal length, with characters, dialogue and camera angle."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from pydantic import JsonValue

from tools.gemini_emulator.prompt import Prompt, text_of
from tools.gemini_emulator.story.beats import Beat, beats_of
from tools.gemini_emulator.story.camera import camera_for
from tools.gemini_emulator.story.captions import texts_of_panel
from tools.gemini_emulator.story.language import language_of
from tools.gemini_emulator.story.lexicon.moods import MOOD_PHRASES, Feeling, find_feeling
from tools.gemini_emulator.story.lexicon.places import PHRASES, PlaceKind, find_place, find_strong_place
from tools.gemini_emulator.story.lexicon.times import WEATHER_PHRASES, find_daytime, find_weather
from tools.gemini_emulator.story.people import Person, gender_of, mentions_in, people_of
from tools.gemini_emulator.story.scene_text import describe_action
from tools.gemini_emulator.story.seeds import choice
from tools.gemini_emulator.story.speech import Utterance, utterances_of
from tools.gemini_emulator.story.stand_ins import in_language

MAX_IN_PANEL = 3
NOWHERE = "Here"
UNSEEN_SPEAKER = "Somebody out of sight speaks."
MAX_SPOKEN_LETTERS = 110
DAYTIME_PHRASES = {"night": "at night", "dusk": "at dusk", "dawn": "at dawn", "day": "by day"}


@dataclass
class _Surroundings:
    """The setting, which stays the same until the story changes it."""

    place: PlaceKind | None
    daytime: str | None
    weather: str | None
    feeling: Feeling
    last_present: list[str]


def chunk(prompt: Prompt, *, is_lettered: bool = False) -> dict[str, JsonValue]:
    """Return the panels (2-15) of a story. `is_lettered`: with the texts that are set over their pictures."""
    story = prompt.story
    people = _cast(prompt, story)
    utterances = utterances_of(story, people)
    beats = beats_of(story)
    has_dialogue = prompt.object("lettering").get("dialogue") is not False
    around = _Surroundings(
        place=find_strong_place(beats[0].text)
        or find_place(text_of(prompt.object("setting"), "location"))
        or find_place(story),
        daytime=find_daytime(beats[0].text) or find_daytime(text_of(prompt.object("setting"), "timePeriod")),
        weather=find_weather(beats[0].text),
        feeling=_undertone(text_of(prompt.object("setting"), "mood")),
        last_present=[],
    )
    panels: list[JsonValue] = []
    previous_camera, shown_place = "", ""
    translated = _translator(prompt)
    for index, beat in enumerate(beats):
        spoken = [said for said in utterances if beat.start <= said.start < beat.end]
        panel = _panel(index, len(beats), beat, spoken, people, around, previous_camera, has_dialogue=has_dialogue)
        previous_camera = text_of(panel, "cameraAngle")
        if is_lettered:
            place = _where(around)
            caption = f"{place}." if place not in {shown_place, NOWHERE} else ""
            shown_place = place
            line = _line(spoken)
            texts = texts_of_panel(caption, text_of(panel, "dialogue"), line and line.speaker, spoken, beat.narrated)
            panel["texts"] = [{**text, "text": translated(text_of(text, "text"))} for text in texts]
        if "dialogue" in panel:
            panel["dialogue"] = translated(text_of(panel, "dialogue"))
        panels.append(panel)
    return {"panels": panels}


def _translator(prompt: Prompt) -> Callable[[str], str]:
    """Return what puts the texts of the comic into its language. English means: as the story is."""
    language, own = text_of(prompt.object("lettering"), "language"), language_of(prompt.story)
    if language in {"", "English"}:
        return lambda text: text
    return lambda text: in_language(text, language, own)


def _undertone(mood: str) -> Feeling:
    """Return the feeling of panels that show none: the mood of the story, if it is a quiet one."""
    feeling = find_feeling(mood) or "calm"
    return feeling if feeling in {"calm", "tender", "happy", "curious"} else "calm"


def _cast(prompt: Prompt, story: str) -> list[Person]:
    """Return the listed people with the names that the story uses; without a list, the people of the story."""
    found = people_of(story)
    listed = [text_of(character, "name") for character in prompt.objects("characters")]
    names = [name for name in listed if name]
    if not names:
        return found
    return [_as_in_story(name, names, found, story) for name in names]


def _as_in_story(name: str, names: list[str], found: list[Person], story: str) -> Person:
    for person in found:
        if person.name == name or name in person.forms:
            return Person(name, person.forms, person.count, person.first, person.gender, person.is_narrator)
    parts = [part for part in name.split() if len(part) > 2 and sum(part in other.split() for other in names) == 1]  # noqa: PLR2004
    forms = tuple(form for form in (name, *parts) if form in story) or (name,)
    return Person(name, forms, story.count(name), max(0, story.find(name)), gender_of(name, forms, story))


def _panel(
    index: int,
    count: int,
    beat: Beat,
    spoken: list[Utterance],
    people: list[Person],
    around: _Surroundings,
    previous_camera: str,
    *,
    has_dialogue: bool,
) -> dict[str, JsonValue]:
    _look_around(around, beat)
    line = _line(spoken) if has_dialogue else None
    present = _present(beat, spoken, line, people, around.last_present)
    around.last_present = present or around.last_present
    feeling = find_feeling(beat.text) or around.feeling
    camera = camera_for(beat.text, index, count, len(present), previous_camera, feeling, is_spoken=line is not None)
    panel: dict[str, JsonValue] = {
        "panelNumber": index + 1,
        "characters": list[JsonValue](present),
        "sceneDescription": _scene(beat, spoken, line, present, around),
        "cameraAngle": camera,
        "visualMood": choice(MOOD_PHRASES[feeling], beat.text).capitalize(),
    }
    if line is not None:
        panel["dialogue"] = shortened(line.words)
    return panel


def _look_around(around: _Surroundings, beat: Beat) -> None:
    around.place = find_strong_place(beat.narrated) or around.place
    around.daytime = find_daytime(beat.narrated) or around.daytime
    around.weather = find_weather(beat.narrated) or around.weather


def _line(spoken: list[Utterance]) -> Utterance | None:
    """Choose the dialogue: the first quotation, and the next ones of the same speaker while they are short."""
    if not spoken:
        return None
    first = spoken[0]
    for after in spoken[1:]:
        words = f"{_stopped(first.words, after.words)} {after.words}"
        if after.speaker != first.speaker or len(words) > MAX_SPOKEN_LETTERS:
            break
        first = Utterance(words, first.start, after.end, first.speaker)
    return first


def _stopped(words: str, after: str) -> str:
    """End words that `she said` interrupted with a full stop instead of a comma."""
    if words.endswith(",") and not after[:1].islower():
        return f"{words[:-1]}."
    return words


def shortened(words: str) -> str:
    """Return spoken words that fit a bubble: whole sentences as far as they go, else words and an ellipsis."""
    words = re.sub(r",$", ".", words)
    if len(words) <= MAX_SPOKEN_LETTERS:
        return words
    kept = ""
    for sentence in re.findall(r"[^.!?…。\uff01\uff1f]+[.!?…。\uff01\uff1f]+", words):
        if len(kept) + len(sentence) > MAX_SPOKEN_LETTERS:
            break
        kept += sentence
    if kept:
        return kept.strip()
    cut = words[:MAX_SPOKEN_LETTERS]
    return f"{cut.rsplit(' ', 1)[0].rstrip(',;: ')}…"


def _present(
    beat: Beat, spoken: list[Utterance], line: Utterance | None, people: list[Person], before: list[str]
) -> list[str]:
    """Return who is in the panel, the speaker first."""
    names = [line.speaker] if line and line.speaker else []
    told = [mention.person.name for mention in mentions_in(beat.narrated, people)]
    others = [said.speaker for said in spoken if said.speaker]
    present = list(dict.fromkeys([*names, *told, *others]))
    if not told:
        present = _with_pronouns(present, beat.narrated, people, before)
    known = {person.name for person in people}
    return [name for name in present if name in known][:MAX_IN_PANEL]


def _with_pronouns(present: list[str], told: str, people: list[Person], before: list[str]) -> list[str]:
    """Add the people that `he`, `she` and `they` refer to: those of the panels before."""
    genders = {person.name: person.gender for person in people}
    if re.search(r"\b(they|them|their|we|us|both)\b", told, re.IGNORECASE):
        return list(dict.fromkeys([*present, *before[:2]]))
    wanted = {"m"} if re.search(r"\b(he|him|his)\b", told, re.IGNORECASE) else set[str]()
    wanted |= {"f"} if re.search(r"\b(she|her|hers)\b", told, re.IGNORECASE) else set()
    if wanted:
        fitting = [name for name in before if genders.get(name, "") in wanted | {""}]
        fitting = fitting or [person.name for person in people if person.gender in wanted][:1]
        return list(dict.fromkeys([*present, *fitting[:1]]))
    return present


def _scene(
    beat: Beat, spoken: list[Utterance], line: Utterance | None, present: list[str], around: _Surroundings
) -> str:
    action = describe_action(beat.text, [said.words for said in spoken])
    if line is not None and line.speaker is None:
        action = f"{action} {UNSEEN_SPEAKER}".strip()
    elif line is not None and line.speaker and not re.search(rf"(?<!\w){re.escape(line.speaker)}(?!\w)", action):
        action = f"{action} {line.speaker} speaks.".strip()
    if not action:
        action = f"{' and '.join(present)} look at each other." if present else "Nobody is in sight."
    return f"{_where(around)}: {action}"


def _where(around: _Surroundings) -> str:
    phrases = [
        PHRASES[around.place] if around.place else NOWHERE.lower(),
        DAYTIME_PHRASES.get(around.daytime or "", ""),
        WEATHER_PHRASES.get(around.weather or "", ""),
    ]
    where = " ".join(phrase for phrase in phrases if phrase)
    return where[0].upper() + where[1:]
