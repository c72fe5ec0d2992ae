"""Language and lettering in prompts: English stories without the new fields have the prompts of before."""

import hashlib

import pytest

from shared.model.prompts.analysis import analysis_prompt
from shared.model.prompts.chunking import chunking_prompt
from shared.model.prompts.lettering import language_to_ask_for
from shared.model.prompts.panel import panel_prompt
from shared.models.lettering import LetteringMode, PlannedFace, PlannedText
from shared.models.stored.chapters import KnownCharacter, StoredChapter
from shared.models.story import PanelPlan
from shared.ports import Prompt
from tests.support.fakes.stories import SETTING, character, panel

STORY = "Mira rows out."
MIRA = character("Mira")
CHAPTER = StoredChapter(
    book="b" * 32, number=2, cast=(KnownCharacter(character=MIRA),), setting=SETTING, summary="Before."
)
LETTERED = panel(1, "Mira", dialogue="Hello").model_copy(
    update={
        "texts": (PlannedText(kind="dialogue", text="Hello", speaker="Mira"),),
        "faces": (PlannedFace(name="Mira", part="top-left"),),
    }
)


def chunking(*, no_dialogue: bool = False, language: str | None = None, mode: LetteringMode = "drawn") -> Prompt:
    return chunking_prompt(STORY, [MIRA], SETTING, "comic", no_dialogue=no_dialogue, language=language, mode=mode)


def drawing(
    plan: PanelPlan, *, no_dialogue: bool = False, language: str | None = None, mode: LetteringMode = "drawn"
) -> Prompt:
    return panel_prompt(
        plan,
        [MIRA],
        SETTING,
        "manga",
        no_dialogue=no_dialogue,
        sheets=(),
        setting_references=(),
        language=language,
        mode=mode,
    )


SPOKEN = panel(1, "Mira", dialogue="Hello")
# Prompts of today, and the digests of those from before there were languages.
EARLIER = {
    "analysis": (analysis_prompt(STORY, "manga"), "76937d3a3088004b"),
    "chapter": (analysis_prompt(STORY, "manga", CHAPTER), "1e75dec1bcb4fddc"),
    "chunking": (chunking(language=language_to_ask_for(None, "en-GB")), "773c1e75f64d3a81"),
    "silent chunking": (chunking(no_dialogue=True), "32bcff48fb698eab"),
    "panel": (drawing(SPOKEN, language="en-GB"), "9ca5411b2b9d647c"),
    "panel of an unknown language": (drawing(SPOKEN), "9ca5411b2b9d647c"),
    "silent panel": (drawing(SPOKEN, no_dialogue=True, language="ja"), "813c75bf2462bb74"),
}


@pytest.mark.parametrize("kind", EARLIER)
def test_prompts_of_english_stories_are_the_same_as_before(kind: str) -> None:
    prompt, digest = EARLIER[kind]

    assert hashlib.sha256(f"{prompt.rules}\n{prompt.task}".encode()).hexdigest()[:16] == digest


def test_title_is_asked_for_in_the_wanted_language() -> None:
    prompt = analysis_prompt(STORY, "manga", language="ja")

    assert '<lettering>{"language": "ja"}</lettering>' in prompt.task
    assert "title: short, in the language that the section lettering names" in prompt.rules
    assert "in the story's own language." in prompt.rules


def test_drawn_words_are_in_the_language_of_the_comic() -> None:
    plan, image = chunking(language="ja"), drawing(SPOKEN, language="ja")

    assert '<lettering>{"dialogue": true, "language": "ja"}</lettering>' in plan.task
    assert '<lettering>{"dialogue": true, "language": "ja"}</lettering>' in image.task
    assert "English comic lettering" not in image.rules
    assert "in the language that the section lettering names" in plan.rules


def test_wanted_english_is_asked_for_whatever_the_story_is_in() -> None:
    wanted = language_to_ask_for("en", "de")

    assert wanted == "en"
    assert "translated where the story is written in another one" in chunking(language=wanted).rules
    assert '"language": "en"' in chunking(language=wanted).task


@pytest.mark.parametrize(
    ("wanted", "of_story", "asked"),
    [(None, "en", None), (None, "en-US", None), (None, None, None), (None, "de", "de"), ("ar", "en", "ar")],
)
def test_language_is_the_wanted_one_or_the_storys(wanted: str | None, of_story: str | None, asked: str | None) -> None:
    assert language_to_ask_for(wanted, of_story) == asked


def test_comic_whose_lettering_is_text_is_planned_with_texts_and_faces() -> None:
    rules = chunking(mode="text", language="ar").rules

    assert "texts are what is to be read in the panel" in rules
    assert "faces say in which of the nine parts" in rules
    assert "dialogue is what is said" not in rules
    assert "All texts are in the language that the section lettering names" in rules


def test_its_panel_is_drawn_without_writing_and_knows_no_texts() -> None:
    prompt = drawing(LETTERED, mode="text", language="ja")

    assert '<lettering>{"drawn": false}</lettering>' in prompt.task
    assert '"faces": [{"name": "Mira", "part": "top-left"}]' in prompt.task
    assert "Hello" not in prompt.task
    assert "no writing of any kind" in prompt.rules
    assert "leave calm space" in prompt.rules


def test_edit_of_texts_alone_changes_no_prompt_of_a_panel() -> None:
    edited = LETTERED.model_copy(update={"texts": (PlannedText(kind="narration", text="At dawn"),), "dialogue": None})

    assert drawing(edited, mode="text") == drawing(LETTERED, mode="text")


@pytest.mark.parametrize("mode", ["drawn", "text"])
def test_comic_without_words_is_drawn_as_before_in_both_modes(mode: LetteringMode) -> None:
    assert chunking(no_dialogue=True, mode=mode) == chunking(no_dialogue=True)
    assert drawing(LETTERED, no_dialogue=True, mode=mode) == drawing(SPOKEN, no_dialogue=True)
