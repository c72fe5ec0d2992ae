"""The texts and faces of a panel as the model plans them. The answer was paid for, so it is repaired, not refused."""

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, cast, get_args

from pydantic import BeforeValidator, Field, WithJsonSchema

from shared.models.lettering import (
    MAX_FACES,
    MAX_LETTERED_LENGTH,
    MAX_TEXTS_A_PANEL,
    LetteredKind,
    PicturePart,
    PlannedFace,
    PlannedText,
)
from shared.models.story import Name, PlanModel, Text, cut_list
from shared.text.clean import one_line, shorten
from shared.text.matching import find_name
from shared.text.words import is_blank

_QUOTES = '"“”„«»「」『』'
_KINDS: tuple[LetteredKind, ...] = get_args(LetteredKind.__value__)
_PARTS: tuple[PicturePart, ...] = get_args(PicturePart.__value__)
_KINDS_BY_WORD: Mapping[str, LetteredKind] = {
    **{kind: kind for kind in _KINDS},
    "speech": "dialogue",
    "thought": "dialogue",
    "caption": "narration",
    "narrator": "narration",
    "sfx": "effect",
    "sound": "effect",
    "onomatopoeia": "effect",
}
# Other words for a part of a picture.
_OTHER_PARTS: Mapping[str, str] = {"upper": "top", "lower": "bottom", "centre": "center", "middle": "center"}


def as_objects(answer: object) -> object:
    """Return the list of texts or faces; a text without anything else gets the form of the others."""
    items = cast("list[object]", answer) if isinstance(answer, list | tuple) else []
    formed: list[object] = [{"text": item} if isinstance(item, str) else item for item in items]
    return list(filter(_is_object, formed))


def _is_object(item: object) -> bool:
    return isinstance(item, dict | PlanModel)


def no_text(value: object) -> object:
    """Return the text; an empty one for anything else."""
    return value if isinstance(value, str) else ""


def _one_of(names: Sequence[str]) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "enum": list(names)})


class TextAnswer(PlanModel):
    """A text of a panel. The schema has the kinds; another one is mapped to the nearest."""

    kind: Annotated[str, BeforeValidator(no_text), _one_of(_KINDS)] = ""
    speaker: Annotated[Name | None, BeforeValidator(lambda name: name if isinstance(name, str) else None)] = None
    text: Annotated[Text, BeforeValidator(no_text)] = ""


class FaceAnswer(PlanModel):
    """Where a face is. The schema has the nine parts; a face in any other is dropped."""

    name: Annotated[Name, BeforeValidator(no_text)] = ""
    part: Annotated[str, BeforeValidator(no_text), _one_of(_PARTS)] = ""


TextAnswers = Annotated[
    tuple[TextAnswer, ...],
    Field(max_length=MAX_TEXTS_A_PANEL),
    cut_list(MAX_TEXTS_A_PANEL),
    BeforeValidator(as_objects),
]
FaceAnswers = Annotated[
    tuple[FaceAnswer, ...], Field(max_length=MAX_FACES), cut_list(MAX_FACES), BeforeValidator(as_objects)
]


def to_texts(answers: Sequence[TextAnswer], known_names: Sequence[str]) -> tuple[PlannedText, ...]:
    """Return the texts that say something, with known speakers as the analysis spells them."""
    texts: list[PlannedText] = []
    for answer in answers:
        speaker = find_name(answer.speaker or "", known_names)
        kind = _kind_of(answer, has_speaker=bool(answer.speaker))
        words = spoken_words(answer.text, known_names) or "" if kind == "dialogue" else answer.text
        if words := lettered_words(words):
            texts.append(PlannedText(kind=kind, text=words, speaker=speaker if kind == "dialogue" else None))
    return tuple(texts)


def to_faces(answers: Sequence[FaceAnswer], known_names: Sequence[str]) -> tuple[PlannedFace, ...]:
    """Return the faces of known characters in known parts of the picture, each character's once."""
    faces: dict[str, PlannedFace] = {}
    for answer in answers:
        name, part = find_name(answer.name, known_names), _part_of(answer.part)
        if name is not None and part is not None:
            faces.setdefault(name, PlannedFace(name=name, part=part))
    return tuple(faces.values())


def lettered_words(text: str) -> str:
    """Return the text as one line, cut to what a balloon may have; "" if nothing of it is visible."""
    words = shorten(one_line(text), MAX_LETTERED_LENGTH)
    return "" if is_blank(words) else words


def spoken_words(dialogue: str | None, known_names: Sequence[str]) -> str | None:
    """Return the spoken words, without speakers' names and quotation marks; None if there are none."""
    if dialogue is None:
        return None
    speakers = "|".join(re.escape(name) for name in sorted(known_names, key=len, reverse=True))
    speaker = re.compile(rf"^\s*(?:{speakers})\s*[:\uff1a]\s*", re.IGNORECASE)
    lines = (speaker.sub("", line) for line in dialogue.splitlines())
    words = " ".join(line.strip().strip(_QUOTES).strip() for line in lines).strip()
    return words or None


def _kind_of(answer: TextAnswer, *, has_speaker: bool) -> LetteredKind:
    words = re.findall(r"[a-z]+", answer.kind.casefold())
    known: list[LetteredKind] = [_KINDS_BY_WORD[word] for word in words if word in _KINDS_BY_WORD]
    if known:
        return known[0]
    return "dialogue" if has_speaker else "narration"


def _part_of(answer: str) -> PicturePart | None:
    words = [_OTHER_PARTS.get(word, word) for word in re.findall(r"[a-z]+", answer.casefold())]
    # `center` adds nothing to another word: `top center` is `top`.
    wanted = {word for word in words if word != "center"} or set(words)
    return next((part for part in _PARTS if set(part.split("-")) == wanted), None)
