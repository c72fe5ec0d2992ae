"""What a generation is told to take."""

from datetime import date

import pytest

from api.generations.estimate import estimate
from shared.models.http.estimate import GenerationEstimate
from shared.models.http.requests import GenerateMangaRequest, UploadedReference
from shared.settings import load_settings
from tests.support.fakes.stories import image

TODAY = date(2026, 11, 23)


def told(words: int, **settings: str) -> GenerationEstimate:
    return estimate(GenerateMangaRequest(story="word " * words, style="manga"), load_settings(settings), TODAY)


@pytest.mark.parametrize("words", [1, 14, 60, 250, 500])
def test_what_is_expected_lies_between_its_bounds(words: int) -> None:
    answer = told(words)

    assert answer.words == words
    assert (answer.panels.min, answer.panels.max) == (2, 15)
    assert (answer.characters.min, answer.characters.max) == (1, 4)
    assert (answer.calls.min, answer.calls.max) == (5, 21)
    assert answer.price is not None
    for figure in (answer.panels, answer.characters, answer.calls, answer.minutes, answer.price):
        assert 0 < figure.min <= figure.expected <= figure.max


def test_a_longer_story_takes_more() -> None:
    short, long = told(20), told(500)

    assert short.panels.expected < long.panels.expected == 15
    assert short.calls.expected == 2 + short.characters.expected + short.panels.expected
    assert short.price is not None
    assert long.price is not None
    assert short.price.expected < long.price.expected


def test_a_story_without_spaces_is_not_a_short_one() -> None:
    story = "美咲は港を歩いた。船がないと健太が言った。" * 30
    japanese = estimate(GenerateMangaRequest(story=story, style="manga"), load_settings({}), TODAY)

    assert japanese.words == 285
    assert japanese.panels.expected == told(285).panels.expected


def test_the_price_is_that_of_the_table_and_none_without_one() -> None:
    table = '{"gemini-3.8-flash": {"inputPerMillion": 0, "outputPerMillion": 0}, '
    table += '"gemini-nano-banana-2.1": {"inputPerMillion": 0, "outputPerMillion": 0, "perImage": 2}}'

    price = told(60, MODEL_PRICES=table).price

    assert price is not None
    assert (price.min, price.max) == (6, 38)
    assert told(60, GEMINI_IMAGE_MODEL="another").price is None


def test_fewer_steps_at_once_take_longer_and_nothing_takes_longer_than_its_timeout() -> None:
    assert told(500, MAX_PARALLEL_STEPS="3").minutes.expected > told(500).minutes.expected

    quick = told(500, MODEL_TEXT_TIMEOUT_SECONDS="3", MODEL_IMAGE_TIMEOUT_SECONDS="3").minutes
    assert quick.min == quick.expected == quick.max == pytest.approx(9 / 60)


def test_more_thinking_is_expected_to_cost_more() -> None:
    prices = [told(60, IMAGE_THINKING=level).price for level in ("minimal", "medium", "high")]

    expected = [price.expected for price in prices if price is not None]
    assert len(expected) == 3
    assert expected == sorted(set(expected))


def test_an_estimate_has_the_prices_of_its_day() -> None:
    request = GenerateMangaRequest(story="word " * 60, style="manga")
    free_images = '{"gemini-nano-banana-2.1": {"inputPerMillion": 0, "outputPerMillion": 0}}'
    settings = load_settings({"MODEL_PRICES": free_images})

    before, after = (estimate(request, settings, day).price for day in (TODAY, date(2027, 1, 1)))

    assert before is not None
    assert after is not None
    assert after.expected == pytest.approx(2 * before.expected, abs=0.002)


def test_reference_images_that_the_model_does_not_take_are_not_paid_for() -> None:
    reference = UploadedReference(name="Mira", image=image("red"))
    prices = [
        estimate(
            GenerateMangaRequest.model_construct(
                story="word " * 60,
                style="manga",
                uploaded_character_references=(reference,) * count,
                uploaded_setting_references=(reference,) * count,
            ),
            load_settings({}),
            TODAY,
        ).price
        for count in (10, 14, 20)
    ]

    assert prices[0] != prices[1] == prices[2]
