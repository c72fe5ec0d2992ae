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
    }
    assert names.result_blob(ref("panel", 3, 1)) == f"{GENERATION}/panels/3/1"


def lettering(language: str = "zh-Hant-TW") -> StepRef:
    return StepRef(generation_id=GENERATION, kind="lettering", language=language, source="0123456789abcdef")


def test_translation_is_named_by_its_texts_and_language() -> None:
    blob = names.result_blob(lettering())

    assert blob == f"{GENERATION}/lettering/0123456789abcdef/zh-Hant-TW.json"
    assert names.language_of_lettering_blob(blob) == "zh-Hant-TW"
    assert names.kind_of_step_blob(blob) == "lettering"
    assert names.never_changes(blob)


def test_edit_of_texts_is_no_translation_and_may_change() -> None:
    blob = names.lettering_edit_blob(GENERATION, "ja", "key-0")

    assert blob == f"{GENERATION}/lettering/edits/ja/key-0.json"
    assert names.language_of_lettering_blob(blob) is None
    assert not names.never_changes(blob)


def test_failure_record_of_a_translation_leads_back_to_it() -> None:
    blob = names.failure_blob(lettering())

    assert names.step_of_failure_blob(blob) == lettering()
    assert names.kind_of_step_blob(blob) == "lettering"
    assert names.lease_blob(lettering()) != names.lease_blob(lettering("ja"))


def test_orchestration_of_a_translation_leads_back_to_it() -> None:
    instance_id = names.step_instance_id(lettering())

    assert instance_id == f"{GENERATION}:lettering:zh-Hant-TW:0123456789abcdef"
    assert instance_id.startswith(names.lettering_steps_prefix(GENERATION))
    assert names.lettering_step_of_instance(instance_id) == lettering()
    assert names.lettering_step_of_instance(f"{GENERATION}:panel:3:r1") is None
