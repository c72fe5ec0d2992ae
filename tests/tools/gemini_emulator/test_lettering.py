"""Lettering as text: texts and faces are planned and translated, and no writing is in the pictures."""

import json
import re
from pathlib import Path

import pytest
from pydantic import BaseModel, JsonValue

from tests.tools.gemini_emulator.prompts import CAST, SilentPanel, json_config, panel_sections, sections
from tests.tools.gemini_emulator.running_emulator import RunningEmulator, google_genai_subclasses_aiohttp
from tools.gemini_emulator.drawing.faces import part_of
from tools.gemini_emulator.drawing.pictures import picture_size
from tools.gemini_emulator.drawing.staging import stage_of
from tools.gemini_emulator.prompt import Prompt
from tools.gemini_emulator.story.analysis import analyse
from tools.gemini_emulator.story.chunking import chunk
from tools.gemini_emulator.story.stand_ins import in_language

pytestmark = google_genai_subclasses_aiohttp

LIGHTHOUSE = (Path(__file__).resolve().parents[3] / "examples" / "lighthouse.txt").read_text(encoding="utf-8")
SCRIPTS = {
    "ja": r"[\u3040-\u30ff\u4e00-\u9fff]",
    "zh-Hant": r"[\u4e00-\u9fff]",
    "ko": r"[\uac00-\ud7af]",
    "ar": r"[\u0600-\u06ff]",
    "he": r"[\u0590-\u05ff]",
    "ru": r"[\u0400-\u04ff]",
    "th": r"[\u0e00-\u0e7f]",
    "hi": r"[\u0900-\u097f]",
    "de": r"[a-zA-Z]",
    "fr": r"[a-zA-Z]",
    "es": r"[a-zA-Z]",
}


@pytest.mark.parametrize("language", SCRIPTS)
def test_stand_in_is_marked_and_in_the_script_of_the_language(language: str) -> None:
    text = in_language("Where is the key?", language)

    assert re.fullmatch(rf"\[.*{SCRIPTS[language]}.*\]", text)
    assert text == in_language("Where is the key?", language)
    assert len(text) < 80
    assert text[-2] in "?？؟" or language == "th"


def test_text_in_its_own_language_stays_as_it_is() -> None:
    assert in_language("Where is the key?", "en-GB") == "Where is the key?"
    assert in_language("行こう。", "ja") == "行こう。"


def test_language_without_words_is_shown_by_its_tag() -> None:
    assert in_language("Hello", "sw") == "[sw] Hello"


def test_title_is_in_the_wanted_language_and_the_storys_own_one_is_told() -> None:
    analysis = analyse(LIGHTHOUSE, "manga", language="ja")

    assert re.search(SCRIPTS["ja"], str(analysis["title"]))
    assert analysis["language"] == "en"


class LetteredText(BaseModel):
    kind: str
    text: str
    speaker: str | None = None


class Face(BaseModel):
    name: str
    part: str


class LetteredPanel(SilentPanel):
    texts: list[LetteredText]
    faces: list[Face]


class LetteredBreakdown(BaseModel):
    panels: list[LetteredPanel]


class Translated(BaseModel):
    number: int
    text: str


class Translation(BaseModel):
    title: str
    texts: list[Translated]


def planned(emulator: RunningEmulator, language: str = "English") -> list[LetteredPanel]:
    lettering: dict[str, JsonValue] = {"dialogue": True, "language": language}
    prompt = sections(story=LIGHTHOUSE, characters=analyse(LIGHTHOUSE, "manga")["characters"], lettering=lettering)
    answer = emulator.generate(prompt, json_config(LetteredBreakdown))
    return LetteredBreakdown.model_validate_json(answer.text or "").panels


def test_texts_of_every_kind_are_planned(emulator: RunningEmulator) -> None:
    panels = planned(emulator)

    texts = [text for panel in panels for text in panel.texts]
    assert {text.kind for text in texts} == {"dialogue", "narration", "effect"}
    assert panels[0].texts[0].kind == "narration"
    names = {name for panel in panels for name in panel.characters}
    assert {text.speaker for text in texts if text.kind == "dialogue"} & names
    assert all(text.speaker is None for text in texts if text.kind != "dialogue")
    assert max(len(panel.texts) for panel in panels) <= 4
    assert max(len(text.text) for text in texts) <= 130


def test_texts_are_in_the_wanted_language(emulator: RunningEmulator) -> None:
    english, arabic = planned(emulator), planned(emulator, "ar")

    assert [len(panel.texts) for panel in english] == [len(panel.texts) for panel in arabic]
    assert all(re.search(SCRIPTS["ar"], text.text) for panel in arabic for text in panel.texts)


def test_faces_are_where_the_panel_draws_them(emulator: RunningEmulator) -> None:
    panels = planned(emulator)

    assert sum(bool(panel.faces) for panel in panels) > len(panels) / 2
    for panel in panels:
        for ratio in ("16:9", "1:1", "3:4"):
            drawn = drawing_of(panel.model_dump())
            size = picture_size(ratio, "4:3")
            parts = {actor.look.name: part_of(actor.head_middle, size) for actor in stage_of(drawn, size).actors}
            assert parts == {face.name: face.part for face in panel.faces}


def drawing_of(panel: dict[str, JsonValue], *, drawn: bool = False) -> Prompt:
    characters = analyse(LIGHTHOUSE, "manga")["characters"]
    return Prompt("panel", {"panel": panel, "cast": characters, "style": "manga", "lettering": {"drawn": drawn}}, "")


def test_face_that_the_plan_moves_is_drawn_there() -> None:
    size = (768, 576)
    for part in ("top-left", "center", "right", "bottom-right"):
        faces: list[JsonValue] = [{"name": "Mira", "part": part}]
        given = panel_sections(characters=["Mira"], faces=faces)
        (mira,) = stage_of(Prompt("panel", given, ""), size).actors
        assert part_of(mira.head_middle, size) == part


def test_panel_has_no_writing_when_lettering_is_not_drawn() -> None:
    spoken = panel_sections(dialogue="Hurry up, Tomas!")
    asked: dict[str, JsonValue] = {**spoken, "lettering": {"drawn": False}, "instructions": "Make it perfect."}

    assert stage_of(Prompt("panel", spoken, ""), (768, 576)).bubble is not None
    stage = stage_of(Prompt("panel", asked, ""), (768, 576))
    assert (stage.bubble, stage.note) == (None, "")


def test_comic_is_translated_text_by_text(emulator: RunningEmulator) -> None:
    texts: list[JsonValue] = [
        {"number": 1, "kind": "narration", "text": "At dawn."},
        {"number": 2, "kind": "dialogue", "speaker": "Mira", "text": "Hurry up!"},
    ]
    more: list[JsonValue] = [{"number": 3, "kind": "effect", "text": "CRASH!"}]
    panels: list[JsonValue] = [{"panel": 1, "scene": "A", "texts": texts}, {"panel": 3, "scene": "B", "texts": more}]
    asked: dict[str, JsonValue] = {"title": "The Lighthouse", "panels": panels, "characters": ["Mira"]}

    answer = emulator.generate(sections(**asked, lettering={"language": "he"}), json_config(Translation))

    translation = Translation.model_validate_json(answer.text or "")
    assert [text.number for text in translation.texts] == [1, 2, 3]
    assert all(
        re.search(SCRIPTS["he"], text) for text in (translation.title, *(each.text for each in translation.texts))
    )
    (call,) = emulator.control("GET", "calls").json()["calls"]
    assert (call["kind"], call["subject"]) == ("translation", "he")


def test_dialogue_of_drawn_lettering_is_in_the_wanted_language() -> None:
    asked: dict[str, JsonValue] = {"story": LIGHTHOUSE, "characters": CAST}
    panels = chunk(Prompt("chunking", {**asked, "lettering": {"dialogue": True, "language": "ja"}}, ""))["panels"]

    assert isinstance(panels, list)
    spoken = [panel["dialogue"] for panel in panels if isinstance(panel, dict) and "dialogue" in panel]
    assert spoken
    assert all(re.search(SCRIPTS["ja"], json.dumps(line, ensure_ascii=False)) for line in spoken)
