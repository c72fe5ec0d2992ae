"""Names that running generations depend on: changing them breaks those generations."""

import pytest

from shared import names
from shared.models.step_ref import StepRef
from tests.support.fakes.stories import ref

GENERATION = "0123456789abcdef" * 2


def test_generation_ids_are_unique_and_have_128_bits() -> None:
    ids = {names.new_generation_id() for _ in range(100)}

    assert len(ids) == 100
    assert all(names.is_generation_id(generation_id) for generation_id in ids)


@pytest.mark.parametrize(
    "text", ["", "abc", GENERATION.upper(), GENERATION + "0", f"{GENERATION}:panel:1", "../" + GENERATION]
)
def test_other_texts_are_not_generation_ids(text: str) -> None:
    assert not names.is_generation_id(text)


def test_step_instance_id_contains_the_generation_and_the_step() -> None:
    assert names.step_instance_id(ref("analysis")) == f"{GENERATION}:analysis"
    assert names.step_instance_id(ref("panel", 3)) == f"{GENERATION}:panel:3"
    assert names.step_instance_id(ref("panel", 3, 2), 2) == f"{GENERATION}:panel:3:r2"
    assert names.step_instance_id(ref("panel", 3)).startswith(names.step_prefix(GENERATION))


def test_names_are_those_used_by_running_generations() -> None:
    assert (names.MANGA_ORCHESTRATOR, names.STEP_ORCHESTRATOR) == ("manga", "step")
    assert names.ACTIVITIES == {
        "analysis": "analyze_story",
        "chunks": "chunk_story",
        "character": "draw_character",
        "panel": "draw_panel",
        "lettering": "translate_lettering",
    }
    assert names.result_blob(ref("panel", 3, 1)) == f"{GENERATION}/panels/3/1"


def test_translation_has_its_own_names() -> None:
    step = StepRef(generation_id=GENERATION, kind="lettering", language="pt-BR", source="0a1b")

    assert names.step_instance_id(step, 2) == f"{GENERATION}:lettering:pt-BR:0a1b"
    assert names.result_blob(step) == f"{GENERATION}/lettering/0a1b/pt-BR.json"
    assert names.lease_blob(step) == f"{GENERATION}/leases/lettering-0a1b-pt-BR.json"
    assert names.step_of_failure_blob(names.failure_blob(step)) == step
    for blob in (names.result_blob(step), names.failure_blob(step), names.unkept_blob(GENERATION, "lettering", "1")):
        assert names.kind_of_step_blob(blob) == "lettering"


def test_translated_set_never_changes_and_an_edit_does() -> None:
    assert names.never_changes(f"{GENERATION}/lettering/0a1b/pt-BR.json")
    assert not names.never_changes(f"{GENERATION}/lettering/edits/pt-BR/0a1b.json")


def test_steps_of_rounds_are_written_as_before_there_were_translations() -> None:
    written = StepRef(generation_id=GENERATION, kind="panel").model_dump(mode="json", by_alias=True)

    assert written == {"generationId": GENERATION, "kind": "panel", "index": 0, "version": 1}


def test_language_of_a_translation_is_in_its_name() -> None:
    blob = names.lettering_set_blob(GENERATION, "0a1b", "zh-Hant-TW")

    assert names.language_of_lettering_blob(blob) == "zh-Hant-TW"
    assert blob.startswith(names.lettering_prefix(GENERATION, "0a1b"))
    assert names.language_of_lettering_blob(names.lettering_edit_blob(GENERATION, "ja", "0a1b-0")) is None


def test_orchestration_of_a_translation_leads_back_to_it() -> None:
    step = StepRef(generation_id=GENERATION, kind="lettering", language="zh-Hant-TW", source="0a1b")

    assert names.step_instance_id(step).startswith(names.lettering_steps_prefix(GENERATION))
    assert names.lettering_step_of_instance(names.step_instance_id(step)) == step
    assert names.lettering_step_of_instance(f"{GENERATION}:panel:3:r1") is None
