"""Prompts: their tagged sections, and the kind of work they ask for.

A section is `<name>JSON</name>` in a text part, with `<` inside the JSON written as \\u003c, so no text
inside can open or close a section. In a prompt without sections, all the text is the story.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import JsonValue

from tools.gemini_emulator.drawn_with import DrawnWith, drawn_with
from tools.gemini_emulator.wire.request import GenerateContentRequest, InlineData
from tools.gemini_emulator.wire.schema import properties_of

type Kind = Literal["analysis", "chunking", "character", "panel", "translation", "text"]

SECTION = re.compile(r"<([a-z][a-z_-]*)>([^<]*)</\1>")


@dataclass(frozen=True, slots=True)
class Prompt:
    """A parsed prompt: the kind of work, and the sections with their values.

    `current` says how the image was drawn that is to be changed; None: a picture is drawn from nothing.
    """

    kind: Kind
    sections: dict[str, JsonValue]
    free_text: str
    current: DrawnWith | None = None

    @property
    def layout(self) -> str:
        """The instructions by which the layout was or is chosen."""
        return self.text("instructions") if self.current is None else self.current.layout

    @property
    def wishes(self) -> list[str]:
        """All that the user has asked for of this picture, the latest first."""
        earlier: Sequence[str] = () if self.current is None else self.current.wishes
        return [wish for wish in (self.text("instructions"), *earlier) if wish]

    def text(self, name: str) -> str:
        """Return a section that is a text, or an empty text."""
        value = self.sections.get(name)
        return value if isinstance(value, str) else ""

    def object(self, name: str) -> dict[str, JsonValue]:
        value = self.sections.get(name)
        return value if isinstance(value, dict) else {}

    def objects(self, name: str) -> list[dict[str, JsonValue]]:
        value = self.sections.get(name)
        return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []

    @property
    def story(self) -> str:
        """The story, or all the text if the prompt has no sections."""
        return self.text("story") or self.free_text

    @property
    def subject(self) -> str | None:
        """The subject of the work: a character's name, a panel's number or the language of a translation."""
        if self.kind == "character":
            return text_of(self.object("character"), "name") or None
        if self.kind == "translation":
            return text_of(self.object("lettering"), "language") or None
        number = self.object("panel").get("panelNumber")
        return str(number) if self.kind == "panel" and number is not None else None


def read_prompt(request: GenerateContentRequest, model: str) -> Prompt:
    whole = "\n".join(request.texts)
    sections: dict[str, JsonValue] = {}
    for match in SECTION.finditer(whole):
        sections.setdefault(match[1], _value(match[2]))
    kind = _image_kind(sections) if request.wants_image(model) else _text_kind(sections, request)
    return Prompt(
        kind=kind, sections=sections, free_text="" if sections else whole, current=_current(sections, request.images)
    )


def text_of(value: dict[str, JsonValue], name: str) -> str:
    """Return a text inside an object, or an empty text."""
    text = value.get(name)
    return text if isinstance(text, str) else ""


def texts_of(value: dict[str, JsonValue], name: str) -> list[str]:
    items = value.get(name)
    return [item for item in items if isinstance(item, str)] if isinstance(items, list) else []


def objects_of(value: dict[str, JsonValue], name: str) -> list[dict[str, JsonValue]]:
    """Return the objects in a list inside an object."""
    items = value.get(name)
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def _current(sections: dict[str, JsonValue], images: Sequence[InlineData]) -> DrawnWith | None:
    """Return how the image was drawn that the prompt asks to change."""
    change = sections.get("change")
    number = change.get("image") if isinstance(change, dict) else None
    if not isinstance(number, int) or not 1 <= number <= len(images):
        return None
    return drawn_with(images[number - 1].content)


def _value(raw: str) -> JsonValue:
    try:
        return json.loads(raw)
    except ValueError:
        return raw.strip()


def _image_kind(sections: dict[str, JsonValue]) -> Kind:
    return "character" if "character" in sections and "panel" not in sections else "panel"


def _text_kind(sections: dict[str, JsonValue], request: GenerateContentRequest) -> Kind:
    properties = properties_of(request.generation_config.answer_schema)
    if "panels" in sections and "texts" in properties:
        return "translation"
    if "panels" in properties:
        return "chunking"
    if {"title", "characters"} & properties:
        return "analysis"
    if properties or "story" not in sections:
        return "text"
    return "chunking" if "characters" in sections else "analysis"
