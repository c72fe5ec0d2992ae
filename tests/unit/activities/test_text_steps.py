"""Analysis and chunking: prompts, stored results, and repairs of the model's answers."""

from dataclasses import replace

import pytest

from activities.analysis import AnalysisAnswer, analyze_story, to_analysis
from activities.chunking import (
    BreakdownAnswer,
    PanelAnswer,
    SilentBreakdownAnswer,
    chunk_story,
    spoken_words,
    to_breakdown,
)
from activities.perform import Make, perform
from shared.deps import Deps
from shared.models.step_ref import StepKind
from shared.models.steps import STEP_OUTCOME, StepDone, StepOutcome
from shared.models.story import (
    MAX_NAME_LENGTH,
    MAX_TERM_LENGTH,
    MAX_TEXT_LENGTH,
    StoryAnalysis,
)
from shared.models.usage import Usage
from shared.storage.generations import Inputs
from tests.support.fakes.model import USED, ScriptedModel
from tests.support.fakes.stories import GENERATION, SETTING, analysis, character, payload, save_plan

INPUTS = Inputs(story="Mira rows out.", style="manga", no_dialogue=False)


def analysis_answer(*names: str) -> dict[str, object]:
    return AnalysisAnswer(
        title="The Harbour", characters=tuple(character(name) for name in names), setting=SETTING
    ).model_dump(by_alias=True)


def panel_answer(*names: str, dialogue: str | None = None) -> dict[str, object]:
    return {
        "panelNumber": 7,
        "characters": names,
        "sceneDescription": "rowing",
        "dialogue": dialogue,
        "cameraAngle": "wide",
        "visualMood": "calm",
    }


async def outcome_of(deps: Deps, kind: StepKind, make: Make) -> StepOutcome:
    return STEP_OUTCOME.validate_python(await perform(deps, payload(kind), make))


async def test_analysis_is_stored_and_summarized(deps: Deps, model: ScriptedModel) -> None:
    await deps.generations.save_inputs(GENERATION, INPUTS)
    model.answers.append(analysis_answer("Mira", "Jon"))

    outcome = await outcome_of(deps, "analysis", analyze_story)

    assert outcome == StepDone(title="The Harbour", count=2, used=USED)
    assert await deps.generations.analysis(GENERATION) == analysis("Mira", "Jon")


async def test_existing_analysis_is_reused(deps: Deps, model: ScriptedModel) -> None:
    await save_plan(deps, INPUTS, analysis("Mira"))

    assert await outcome_of(deps, "analysis", analyze_story) == StepDone(title="The Harbour", count=1, used=Usage())
    assert model.prompts == []


async def test_first_of_two_results_is_kept(deps: Deps) -> None:
    first = await deps.generations.keep_text(GENERATION, analysis("Mira"))
    second = await deps.generations.keep_text(GENERATION, analysis("Jon"))

    assert first == second == analysis("Mira")


def test_only_first_four_characters_are_kept() -> None:
    answer = AnalysisAnswer.model_validate(analysis_answer("A", "B", "C", "D", "E"))

    assert [known.name for known in to_analysis(answer, "").characters] == ["A", "B", "C", "D"]


def test_characters_with_the_same_name_are_numbered() -> None:
    answer = AnalysisAnswer.model_validate(analysis_answer("Anna", "Anna", "Anna"))

    assert [known.name for known in to_analysis(answer, "").characters] == ["Anna", "Anna (2)", "Anna (3)"]


def test_schema_allows_one_to_four_characters() -> None:
    schema = AnalysisAnswer.model_json_schema(by_alias=True)

    assert schema["properties"]["characters"]["maxItems"] == 4
    assert schema["properties"]["characters"]["minItems"] == 1


def test_schema_requires_all_fields_but_dialogue() -> None:
    panel_schema = BreakdownAnswer.model_json_schema(by_alias=True)["$defs"]["PanelAnswer"]
    character_schema = AnalysisAnswer.model_json_schema(by_alias=True)["$defs"]["Character"]

    assert set(panel_schema["properties"]) - set(panel_schema["required"]) == {"dialogue"}
    assert set(character_schema["properties"]) == set(character_schema["required"])


@pytest.mark.parametrize(
    ("answered", "language"),
    [
        ("pt-br", "pt-BR"),
        ("ZH-hant-tw", "zh-Hant-TW"),
        ("", None),
        (None, None),
        ("Japanese", None),
        ("en_US", None),
        (["en"], None),
        (7, None),
    ],
)
async def test_language_is_stored_and_a_wrong_one_costs_no_further_call(
    deps: Deps, model: ScriptedModel, answered: object, language: str | None
) -> None:
    await deps.generations.save_inputs(GENERATION, INPUTS)
    model.answers.append({**analysis_answer("Mira"), "language": answered})

    outcome = await outcome_of(deps, "analysis", analyze_story)

    assert isinstance(outcome, StepDone)
    assert outcome.language == language
    assert (await deps.generations.need_analysis(GENERATION)).language == language
    assert len(model.prompts) == 1


def test_model_is_asked_for_the_language() -> None:
    assert "language" in AnalysisAnswer.model_json_schema(by_alias=True)["required"]


@pytest.mark.parametrize("title", [None, "", " \u200b"])
async def test_analysis_without_a_title_gets_the_first_words_of_the_story(
    deps: Deps, model: ScriptedModel, title: str | None
) -> None:
    await deps.generations.save_inputs(GENERATION, INPUTS)
    model.answers.append({**analysis_answer("Mira"), "title": title})

    outcome = await perform(deps, payload("analysis"), analyze_story)

    assert outcome["title"] == "Mira rows out"


def test_missing_texts_become_empty() -> None:
    answer = AnalysisAnswer.model_validate({"characters": [{"name": None, "role": "The  cook"}, {}], "setting": {}})

    plan = to_analysis(answer, "A story.")

    assert [known.name for known in plan.characters] == ["The cook", "Somebody"]
    assert (plan.title, plan.setting.mood, plan.characters[1].personality) == ("A story", "", "")


def test_long_texts_are_cut_at_a_word_boundary() -> None:
    long = "word " * 2000
    answer = AnalysisAnswer.model_validate(
        {
            "title": long,
            "characters": [{"name": long, "physicalDescription": long}] * 2,
            "setting": {"timePeriod": long, "location": long, "mood": long},
        }
    )

    plan = to_analysis(answer, "")

    assert StoryAnalysis.model_validate_json(plan.model_dump_json()) == plan
    assert len({known.name for known in plan.characters}) == 2
    bounded = {
        plan.title: MAX_TERM_LENGTH,
        plan.characters[0].name: MAX_NAME_LENGTH,
        plan.characters[0].physical_description: MAX_TEXT_LENGTH,
        plan.setting.location: MAX_TERM_LENGTH,
    }
    for text, most in bounded.items():
        assert len(text) <= most
        assert text.endswith("word…")


def test_panels_and_their_texts_are_cut_to_their_limits() -> None:
    panel = {**panel_answer(*["Mira"] * 50), "sceneDescription": "word " * 2000, "dialogue": "word " * 2000}

    answer = BreakdownAnswer.model_validate({"panels": [panel] * 40})
    breakdown = to_breakdown(answer.panels, ["Mira"])

    assert len(breakdown.panels) == 15
    assert breakdown.panels[0].characters == ("Mira",)
    assert len(breakdown.panels[0].scene_description) <= MAX_TEXT_LENGTH
    assert len(breakdown.panels[0].dialogue or "") <= MAX_TEXT_LENGTH


async def test_breakdown_is_stored_and_counted(deps: Deps, model: ScriptedModel) -> None:
    await save_plan(deps, INPUTS, analysis("Mira"))
    model.answers.append({"panels": [panel_answer("Mira", dialogue="Hello"), panel_answer()]})

    assert await outcome_of(deps, "chunks", chunk_story) == StepDone(count=2, used=USED)
    breakdown = await deps.generations.breakdown(GENERATION)
    assert breakdown is not None
    assert [panel.panel_number for panel in breakdown.panels] == [1, 2]
    assert [panel.dialogue for panel in breakdown.panels] == ["Hello", None]


async def test_prompt_and_schema_have_no_dialogue_if_it_is_switched_off(deps: Deps, model: ScriptedModel) -> None:
    silent = Inputs(story="Mira rows out.", style="manga", no_dialogue=True)
    await save_plan(deps, silent, analysis("Mira"))
    model.answers.append({"panels": [panel_answer(dialogue="Hello"), panel_answer(dialogue="Hello")]})

    await outcome_of(deps, "chunks", chunk_story)

    breakdown = await deps.generations.breakdown(GENERATION)
    assert breakdown is not None
    assert [panel.dialogue for panel in breakdown.panels] == [None, None]
    assert '"dialogue": false' in model.prompts[0].task
    assert "dialogue" not in str(SilentBreakdownAnswer.model_json_schema(by_alias=True))
    assert "dialogue" in str(BreakdownAnswer.model_json_schema(by_alias=True))


def test_unknown_characters_are_dropped_and_known_names_are_spelled_as_in_the_analysis() -> None:
    panels = [PanelAnswer.model_validate(panel_answer("mira", "MIRA", "A stranger", "Jon"))] * 2

    assert to_breakdown(panels, ["Mira", "Jon"]).panels[0].characters == ("Mira", "Jon")


@pytest.mark.parametrize(
    ("dialogue", "spoken"),
    [
        ("Hello", "Hello"),
        ("Mira: Hello", "Hello"),
        ("MIRA: “Hello there”", "Hello there"),
        ("Anna Berg: Yes.\nMira: No.", "Yes. No."),
        ("ミラ：行こう", "行こう"),
        ("「行こう」", "行こう"),
        ("Note: this stays", "Note: this stays"),
        ("Miranda: who?", "Miranda: who?"),
        ("Mira:", None),
        ("  ", None),
        (None, None),
    ],
)
def test_dialogue_is_reduced_to_the_spoken_words(dialogue: str | None, spoken: str | None) -> None:
    assert spoken_words(dialogue, ["Mira", "Anna", "Anna Berg", "ミラ"]) == spoken


async def test_wanted_language_counts_more_than_the_storys(deps: Deps, model: ScriptedModel) -> None:
    await deps.generations.save_inputs(GENERATION, replace(INPUTS, language="ja"))
    model.answers.append({**analysis_answer("Mira"), "language": "en"})

    outcome = await outcome_of(deps, "analysis", analyze_story)

    assert isinstance(outcome, StepDone)
    assert outcome.language == "ja"
    assert '<lettering>{"language": "ja"}</lettering>' in model.prompts[0].task


async def test_dialogue_is_asked_for_in_the_language_of_the_story(deps: Deps, model: ScriptedModel) -> None:
    await save_plan(deps, INPUTS, analysis("Mira").model_copy(update={"language": "de"}))
    model.answers.append({"panels": [panel_answer(), panel_answer()]})

    await outcome_of(deps, "chunks", chunk_story)

    assert '<lettering>{"dialogue": true, "language": "de"}</lettering>' in model.prompts[0].task
