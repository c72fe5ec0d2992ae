"""The languages of a comic: stored translations, those under way, and failed ones."""

import pytest

from api.generations.languages import read_languages
from api.generations.state import read_state
from api.lettering.source import find_lettered
from shared.deps import Deps
from shared.errors import LetteringIsDrawn, NotFound, UnknownGeneration
from shared.lettering import source_of
from shared.models.lettering import PlannedText
from shared.models.step_ref import StepRef
from shared.models.story import PanelPlan
from shared.names import step_instance_id
from shared.ports import Run, RunState
from tests.support.fakes.engine import NOW, FakeEngine
from tests.support.fakes.stories import GENERATION
from tests.unit.api.drawn_story import ledger, store_results
from tests.unit.api.lettering.comics import PANELS, PLAN, planned_ledger, store_comic, store_translation

SOURCE = source_of(PLAN)


@pytest.fixture(autouse=True)
async def planned(deps: Deps, engine: FakeEngine) -> None:
    await store_comic(deps)
    engine.show(GENERATION, planned_ledger())


async def statuses(deps: Deps, engine: FakeEngine) -> list[tuple[str, str]]:
    comic = await find_lettered(deps, engine, GENERATION)
    return [
        (found.language, found.status) for found in await read_languages(deps, engine, comic.generation_id, comic.plan)
    ]


def translating(engine: FakeEngine, language: str, state: RunState, source: str = SOURCE) -> None:
    step = StepRef(generation_id=GENERATION, kind="lettering", language=language, source=source)
    instance_id = step_instance_id(step)
    engine.runs_by_id[instance_id] = Run(instance_id, state, None, NOW, NOW)


async def test_comic_without_translations_has_its_own_language(deps: Deps, engine: FakeEngine) -> None:
    assert await statuses(deps, engine) == [("en", "done")]


async def test_stored_translations_follow_the_comics_own_language(deps: Deps, engine: FakeEngine) -> None:
    await store_translation(deps, SOURCE, "ja", "港", ("雨。", "消えた。"), ("どこへ。", "ガシャン"))
    await store_translation(deps, SOURCE, "ar", "الميناء", ("مطر", "اختفى"), ("إلى أين؟", "تحطم"))

    assert await statuses(deps, engine) == [("en", "done"), ("ar", "done"), ("ja", "done")]


@pytest.mark.parametrize(
    ("state", "status"),
    [("pending", "running"), ("running", "running"), ("completed", "failed"), ("failed", "failed")],
)
async def test_translation_without_a_result_runs_or_has_failed(
    deps: Deps, engine: FakeEngine, state: RunState, status: str
) -> None:
    translating(engine, "pt-BR", state)

    assert await statuses(deps, engine) == [("en", "done"), ("pt-BR", status)]


async def test_stored_translation_is_done_whatever_its_run_says(deps: Deps, engine: FakeEngine) -> None:
    translating(engine, "ja", "running")
    await store_translation(deps, SOURCE, "ja", "港", ("雨。", "消えた。"), ("どこへ。", "ガシャン"))

    assert await statuses(deps, engine) == [("en", "done"), ("ja", "done")]


async def test_translations_of_earlier_texts_do_not_count(deps: Deps, engine: FakeEngine) -> None:
    translating(engine, "ja", "running", source="0123456789abcdef")
    await store_translation(deps, "0123456789abcdef", "ar", "الميناء", ("مطر",))

    assert await statuses(deps, engine) == [("en", "done")]


async def test_drawn_lettering_has_no_texts(deps: Deps, engine: FakeEngine) -> None:
    await deps.generations.delete(GENERATION)
    await store_results(deps)

    with pytest.raises(LetteringIsDrawn):
        await find_lettered(deps, engine, GENERATION)


async def test_comic_that_is_not_planned_has_no_texts_yet(deps: Deps, engine: FakeEngine) -> None:
    engine.show(GENERATION, ledger(2))

    with pytest.raises(NotFound, match="no texts yet"):
        await find_lettered(deps, engine, GENERATION)


async def test_unknown_generation_has_no_texts(deps: Deps) -> None:
    with pytest.raises(UnknownGeneration):
        await find_lettered(deps, FakeEngine(), GENERATION)


def test_texts_are_part_of_the_source() -> None:
    other = PlannedText(kind="narration", text="Snow fell.")
    panels: tuple[PanelPlan, ...] = (PANELS[0].model_copy(update={"texts": (other,)}), PANELS[1])
    chunks = PLAN.chunks.model_copy(update={"panels": panels})

    assert source_of(PLAN.model_copy(update={"chunks": chunks})) != SOURCE


async def test_state_has_the_languages_and_where_the_texts_are(deps: Deps, engine: FakeEngine) -> None:
    translating(engine, "ja", "running")

    state = await read_state(deps, engine, GENERATION)

    assert (state.lettering, state.links.lettering) == ("text", f"/api/generations/{GENERATION}/lettering")
    assert [status.language for status in state.languages] == ["en", "ja"]


async def test_state_has_no_languages_before_the_texts_are_written(deps: Deps, engine: FakeEngine) -> None:
    engine.show(GENERATION, ledger(2))

    assert (await read_state(deps, engine, GENERATION)).languages == ()


async def test_state_of_drawn_lettering_asks_for_no_languages(deps: Deps, engine: FakeEngine) -> None:
    await deps.generations.delete(GENERATION)
    await store_results(deps)
    translating(engine, "ja", "running")
    before = engine.calls

    state = await read_state(deps, engine, GENERATION)

    assert (state.lettering, state.languages, state.links.lettering) == ("drawn", (), None)
    assert engine.calls == before + 1
