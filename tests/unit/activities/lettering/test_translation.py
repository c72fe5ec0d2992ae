"""The step that translates the texts of a comic: one call, stored once, whatever the rounds do."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from activities.lettering.translation import TranslationAnswer, to_translation, translate_texts
from activities.perform import AttemptFailed, perform
from shared.deps import Deps
from shared.errors import UnusableAnswer
from shared.lettering import source_of
from shared.model.prompts.translation import translation_prompt
from shared.models.lettering import MAX_LETTERED_LENGTH, PlannedText
from shared.models.step_ref import StepRef
from shared.models.steps import StepRequest
from shared.models.stored.lettering import TranslatedSet
from shared.models.story import Plan, StoryBreakdown
from shared.models.usage import Usage
from shared.settings import load_settings
from shared.storage.generations import Inputs
from shared.storage.lifecycle import Cancelling, Deleting, Ended, Lifecycle, Running
from tests.support.fakes.engine import NOW
from tests.support.fakes.lifecycles import set_record
from tests.support.fakes.model import USED, ScriptedModel
from tests.support.fakes.stories import GENERATION, analysis, panel, save_plan

INPUTS = Inputs(story="Mira met Jon.", style="manga", no_dialogue=False, lettering="text")
RAIN = PlannedText(kind="narration", text="Rain fell.")
GONE = PlannedText(kind="dialogue", text="It is gone!", speaker="Mira")
CRASH = PlannedText(kind="effect", text="CRASH")
PANELS = tuple(
    panel(number, "Mira").model_copy(update={"texts": texts, "faces": ()})
    for number, texts in ((1, (RAIN, GONE)), (2, ()), (3, (CRASH,)))
)
PLAN = Plan(analysis=analysis("Mira").model_copy(update={"language": "en"}), chunks=StoryBreakdown(panels=PANELS))
STEP = StepRef(generation_id=GENERATION, kind="lettering", language="ja", source=source_of(PLAN))
ANSWER: dict[str, object] = {
    "title": "港",
    "texts": [{"number": 1, "text": "雨。"}, {"number": 2, "text": "消えた!"}, {"number": 3, "text": "ガシャン"}],
}
TRANSLATED = TranslatedSet(language="ja", title="港", panels=(("雨。", "消えた!"), (), ("ガシャン",)))


def payload(round_: int = 0) -> dict[str, JsonValue]:
    return StepRequest(**dict(STEP), round=round_).model_dump(mode="json", by_alias=True)


async def stored(deps: Deps) -> TranslatedSet | None:
    return await deps.letterings.translation(GENERATION, STEP.source or "", "ja")


@pytest.fixture
async def comic(deps: Deps, model: ScriptedModel) -> Deps:
    await save_plan(deps, INPUTS, PLAN.analysis, *PANELS)
    model.answers.append(ANSWER)
    return deps


RECORDS: list[Lifecycle] = [
    Running(at=NOW),
    Running(round=3, at=NOW),
    Cancelling(round=0, at=NOW),
    Ended(round=2, at=NOW),
    Ended(round=0, cancelled=True, at=NOW),
]


@pytest.mark.parametrize("record", RECORDS)
async def test_texts_are_translated_in_every_round_and_beside_it(
    comic: Deps, model: ScriptedModel, record: Lifecycle
) -> None:
    await set_record(comic, record)

    outcome = await perform(comic, payload(), translate_texts)

    assert outcome["outcome"] == "done"
    assert await stored(comic) == TRANSLATED
    assert (await comic.generations.used(GENERATION))["lettering"] == USED
    assert len(model.prompts) == 1


async def test_step_that_runs_twice_calls_the_model_once(comic: Deps, model: ScriptedModel) -> None:
    await perform(comic, payload(), translate_texts)

    assert (await perform(comic, payload(), translate_texts))["outcome"] == "done"
    assert len(model.prompts) == 1


async def test_removed_generation_is_not_translated(comic: Deps, model: ScriptedModel) -> None:
    await set_record(comic, Deleting(reason="deleted", at=NOW))

    assert await perform(comic, payload(), translate_texts) == {"outcome": "failed", "failure": "not-found"}
    assert model.prompts == []
    assert await stored(comic) is None


async def test_edited_plan_of_the_step_is_translated(comic: Deps, model: ScriptedModel) -> None:
    edited = PLAN.model_copy(update={"analysis": PLAN.analysis.model_copy(update={"title": "The Pier"})})
    await comic.generations.save_plan(GENERATION, "0a1b", edited)

    await perform(comic, {**payload(), "plan": "0a1b"}, translate_texts)

    assert "The Pier" in model.prompts[0].task


async def test_failed_translation_is_tried_twice_and_again_only_in_another_round(
    comic: Deps, model: ScriptedModel
) -> None:
    model.answers[:] = [UnusableAnswer(), UnusableAnswer(), ANSWER]
    with pytest.raises(AttemptFailed):
        await perform(comic, payload(), translate_texts)

    failed = await perform(comic, payload(), translate_texts)

    assert failed["failure"] == "model-answer-unusable"
    assert (await perform(comic, payload(), translate_texts))["failure"] == "model-answer-unusable"
    assert len(model.prompts) == 2
    assert (await perform(comic, payload(round_=1), translate_texts))["outcome"] == "done"
    assert await stored(comic) == TRANSLATED


async def test_spending_limit_of_the_generation_holds(comic: Deps, model: ScriptedModel) -> None:
    environment = {"GEMINI_API_KEY": "k", "AzureWebJobsStorage": "s", "MAX_PRICE_PER_GENERATION": "0.000001"}
    settings = load_settings(environment)

    outcome = await perform(replace(comic, settings=settings), payload(), translate_texts)

    assert outcome["outcome"] == "failed"
    assert str(outcome["failure"]).startswith("generation-budget")
    assert model.prompts == []


def to_set(**answer: object) -> TranslatedSet:
    return to_translation(TranslationAnswer.model_validate(answer), PLAN, "ja")


def test_prompt_numbers_the_texts_over_all_panels_and_leaves_silent_ones_out() -> None:
    prompt = translation_prompt(PLAN, "ja")

    assert '<lettering>{"language": "ja"}</lettering>' in prompt.task
    assert '{"number": 2, "kind": "dialogue", "text": "It is gone!", "speaker": "Mira"}' in prompt.task
    assert '{"number": 3, "kind": "effect", "text": "CRASH"}' in prompt.task
    assert '"panel": 2' not in prompt.task


def test_text_that_is_left_out_stays_as_it_is() -> None:
    assert to_set(title="", texts=[{"number": 2, "text": "Mira: 「消えた!」"}]) == TranslatedSet(
        language="ja", title="The Harbour", panels=(("Rain fell.", "消えた!"), (), ("CRASH",))
    )


def test_texts_without_their_numbers_count_in_their_order() -> None:
    assert to_set(title="港", texts=["雨。", "消えた!", "ガシャン"]) == TRANSLATED


def test_numbers_decide_and_others_are_ignored() -> None:
    texts = [{"number": 9, "text": "x"}, *reversed(TRANSLATED_TEXTS)]

    assert to_set(title="港", texts=texts) == TRANSLATED


TRANSLATED_TEXTS: list[object] = [
    {"number": number, "text": text} for number, text in enumerate(("雨。", "消えた!", "ガシャン"), start=1)
]


@pytest.mark.parametrize("texts", [[], None, "no", [{"number": 7, "text": "x"}], [{"number": 1, "text": " \u200d"}]])
def test_answer_without_any_translation_is_unusable(texts: object) -> None:
    with pytest.raises(UnusableAnswer):
        to_set(title="港", texts=texts)


def test_title_of_a_comic_without_texts_is_translated() -> None:
    silent = tuple(each.model_copy(update={"texts": ()}) for each in PANELS)
    plan = PLAN.model_copy(update={"chunks": StoryBreakdown(panels=silent)})

    assert to_translation(TranslationAnswer(title="港"), plan, "ja").panels == ((), (), ())


def test_long_texts_are_cut() -> None:
    texts = to_set(title="港", texts=[{"number": 1, "text": "word " * 200}]).panels[0]

    assert len(texts[0]) <= MAX_LETTERED_LENGTH


ITEMS = (
    st.none()
    | st.text(max_size=9)
    | st.dictionaries(
        st.sampled_from(["number", "text"]), st.none() | st.integers() | st.booleans() | st.text(max_size=9)
    )
)


@given(st.lists(ITEMS, max_size=6))
def test_set_has_a_text_for_each_planned_one_whatever_the_answer_has(texts: list[object]) -> None:
    try:
        made = to_set(title="港", texts=texts)
    except UnusableAnswer:
        return
    assert [len(panel) for panel in made.panels] == [2, 0, 1]
    assert all(text for panel in made.panels for text in panel)


async def test_result_that_is_not_kept_is_counted(comic: Deps) -> None:
    await comic.letterings.keep_translation(STEP, TRANSLATED, USED)
    await comic.letterings.keep_translation(STEP, TRANSLATED, USED)

    assert (await comic.generations.used(GENERATION))["lettering"] == USED + USED
    assert Usage() != USED
