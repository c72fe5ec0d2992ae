"""Names that running generations depend on: changing them breaks those generations."""

import pytest

from shared import names
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
