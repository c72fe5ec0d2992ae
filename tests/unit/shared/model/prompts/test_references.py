"""A prompt has at most 4 character references and 10 object references."""

import logging

import pytest

from shared.model.prompts.references import choose_references
from tests.support.fakes.stories import named


def test_all_references_are_used_up_to_the_limit(caplog: pytest.LogCaptureFixture) -> None:
    characters, objects = [named(f"c{number}") for number in range(4)], [named(f"o{number}") for number in range(10)]

    with caplog.at_level(logging.INFO):
        chosen = choose_references(characters, objects)

    assert (chosen.characters, chosen.objects) == (characters, objects)
    assert caplog.records == []


def test_first_references_are_used_and_the_log_counts_the_rest(caplog: pytest.LogCaptureFixture) -> None:
    characters, objects = [named(f"c{number}") for number in range(6)], [named(f"o{number}") for number in range(11)]

    with caplog.at_level(logging.INFO):
        chosen = choose_references(characters, objects)

    assert (chosen.characters, chosen.objects) == (characters[:4], objects[:10])
    (record,) = caplog.records
    assert record.levelno == logging.INFO
    expected = {"action": "references_left_out", "left_out_characters": 2, "left_out_objects": 1}
    assert expected.items() <= vars(record).items()


def test_each_kind_of_reference_has_its_own_limit(caplog: pytest.LogCaptureFixture) -> None:
    chosen = choose_references([], [named(f"o{number}") for number in range(14)])

    assert len(chosen.objects) == 10
