"""At most 4 references of characters and 10 of objects go into a prompt."""

import logging

import pytest

from shared.model.prompts.references import choose_references
from tests.support.fakes.stories import named


def test_as_many_references_as_the_model_takes_are_all_used(caplog: pytest.LogCaptureFixture) -> None:
    characters, objects = [named(f"c{number}") for number in range(4)], [named(f"o{number}") for number in range(10)]

    with caplog.at_level(logging.INFO):
        chosen = choose_references(characters, objects)

    assert (chosen.characters, chosen.objects) == (characters, objects)
    assert caplog.records == []


def test_the_first_references_are_chosen_and_the_log_counts_the_others(caplog: pytest.LogCaptureFixture) -> None:
    characters, objects = [named(f"c{number}") for number in range(6)], [named(f"o{number}") for number in range(11)]

    with caplog.at_level(logging.INFO):
        chosen = choose_references(characters, objects)

    assert (chosen.characters, chosen.objects) == (characters[:4], objects[:10])
    (record,) = caplog.records
    assert record.levelno == logging.INFO
    told = {"action": "references_left_out", "left_out_characters": 2, "left_out_objects": 1}
    assert told.items() <= vars(record).items()


def test_a_kind_with_few_references_leaves_no_room_for_the_other(caplog: pytest.LogCaptureFixture) -> None:
    chosen = choose_references([], [named(f"o{number}") for number in range(14)])

    assert len(chosen.objects) == 10
