"""A chapter's known characters keep their texts and sheets; only new and changed ones are drawn."""

import json

import pytest

from activities.analysis import AnalysisAnswer, analyze_story, to_analysis
from activities.characters import draw_character
from activities.perform import perform
from shared.deps import Deps
from shared.images.image import Image
from shared.models.steps import MakeAgain
from shared.models.story import Character, Setting
from shared.models.usage import Usage
from shared.storage.lifecycle import Running
from tests.support.fakes.chapters import CHAPTER, CHAPTER_INPUTS, MIRA, SHEET
from tests.support.fakes.engine import NOW
from tests.support.fakes.lifecycles import set_record
from tests.support.fakes.model import ScriptedModel
from tests.support.fakes.stories import GENERATION, SETTING, analysis, character, payload, ref, save_plan


async def sheet_of(deps: Deps, version: int = 1) -> tuple[Image, Usage | None]:
    step = ref("character", version=version)
    blob = await deps.generations.image(step)
    return Image(blob.content, blob.media_type), await deps.generations.result_usage(step)


async def test_sheet_of_a_known_character_is_copied_for_nothing(deps: Deps, model: ScriptedModel) -> None:
    await save_plan(deps, CHAPTER_INPUTS, analysis("Mira"))

    await perform(deps, payload("character"), draw_character)

    assert model.prompts == []
    assert await sheet_of(deps) == (SHEET, Usage())


async def test_redo_of_a_known_character_draws_it(deps: Deps, model: ScriptedModel) -> None:
    await save_plan(deps, CHAPTER_INPUTS, analysis("Mira"))
    await set_record(deps, Running(round=1, work=MakeAgain(kind="character", index=0), wish="older", at=NOW))

    await perform(deps, {**payload("character"), "version": 2, "round": 1}, draw_character)

    assert len(model.prompts) == 1
    assert (await sheet_of(deps, version=2))[0] != SHEET


@pytest.mark.parametrize(
    "changed",
    [MIRA.model_copy(update={"physical_description": "old and grey"}), character("Tom"), character("Anna")],
    ids=["changed", "never drawn", "new"],
)
async def test_character_that_is_new_or_changed_is_drawn(deps: Deps, model: ScriptedModel, changed: Character) -> None:
    plan = analysis("Mira").model_copy(update={"characters": (changed,)})
    await save_plan(deps, CHAPTER_INPUTS, plan)

    await perform(deps, payload("character"), draw_character)

    assert len(model.prompts) == 1


async def test_prompt_of_a_chapter_says_what_was_before(deps: Deps, model: ScriptedModel) -> None:
    await deps.generations.save_inputs(GENERATION, CHAPTER_INPUTS)
    model.answers.append(AnalysisAnswer(title="Back", characters=(MIRA,), setting=SETTING).model_dump(by_alias=True))

    await perform(deps, payload("analysis"), analyze_story)

    before = json.loads(model.prompts[0].task.split("<before>")[1].split("</before>")[0])
    assert [known["name"] for known in before["characters"]] == ["Mira", "Tom"]
    assert before["setting"] == SETTING.model_dump(by_alias=True)
    assert before["summary"] == "Mira left."


def test_known_characters_keep_their_texts_and_new_ones_get_free_names() -> None:
    other = Character(name="MIRA", physical_description="somebody else", role="villain")
    answer = AnalysisAnswer(
        title="Back",
        characters=(other, Character(name="Anna"), Character(name="Anna")),
        setting=Setting(location="the moon"),
        summary=" Mira came back. ",
    )

    made = to_analysis(answer, "", CHAPTER)

    assert made.characters[0] == MIRA
    assert [known.name for known in made.characters] == ["Mira", "Anna", "Anna (2)"]
    assert made.setting == SETTING.model_copy(update={"location": "the moon"})
    assert made.summary == "Mira came back."
