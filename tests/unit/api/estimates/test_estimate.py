"""The estimate of what a generation will take."""

from datetime import date

import pytest

from api.estimates.start import estimate_start
from api.generations.chapter_starts import Chapters
from shared.models.http.estimate import GenerationEstimate
from shared.models.http.requests import GenerateMangaRequest, UploadedReference
from shared.models.prices import ImageSize
from shared.settings import Settings, load_settings
from tests.support.fakes.stories import image

TODAY = date(2026, 11, 23)


def _estimate(request: GenerateMangaRequest, settings: Settings, day: date) -> GenerationEstimate:
    return estimate_start(request, Chapters((request.story,)), settings, day)


def estimated(words: int, **settings: str) -> GenerationEstimate:
    return _estimate(GenerateMangaRequest(story="word " * words, style="manga"), load_settings(settings), TODAY)


@pytest.mark.parametrize("words", [1, 14, 60, 250, 500])
def test_expected_values_are_between_minimum_and_maximum(words: int) -> None:
    answer = estimated(words)

    assert answer.words == words
    assert (answer.panels.min, answer.panels.max) == (2, 15)
    assert (answer.characters.min, answer.characters.max) == (1, 4)
    assert (answer.calls.min, answer.calls.max) == (5, 21)
    assert answer.price is not None
    for figure in (answer.panels, answer.characters, answer.calls, answer.minutes, answer.price):
        assert 0 < figure.min <= figure.expected <= figure.max


def test_longer_story_takes_more() -> None:
    short, long = estimated(20), estimated(500)

    assert short.panels.expected < long.panels.expected == 15
    assert short.calls.expected == 2 + short.characters.expected + short.panels.expected
    assert short.price is not None
    assert long.price is not None
    assert short.price.expected < long.price.expected


@pytest.mark.parametrize(("words", "lowest", "highest"), [(1, 2, 3), (280, 8, 12), (500, 12, 15)])
def test_likely_number_of_panels_is_a_range_around_the_expected_one(words: int, lowest: int, highest: int) -> None:
    answer = estimated(words)

    assert answer.likely_panels is not None
    assert (answer.likely_panels.min, answer.likely_panels.max) == (lowest, highest)
    assert lowest <= answer.panels.expected <= highest


def test_stand_in_of_the_model_is_free() -> None:
    emulator = {"GOOGLE_GEMINI_BASE_URL": "http://127.0.0.1:8090"}
    free = estimated(60, **emulator, MODEL_IS_FREE="true", GEMINI_IMAGE_MODEL="another")

    assert free.is_free
    assert free.price is not None
    assert (free.price.min, free.price.expected, free.price.max) == (0, 0, 0)
    assert not estimated(60, **emulator).is_free


def test_google_s_own_server_is_never_free() -> None:
    answer = estimated(60, MODEL_IS_FREE="true")

    assert not answer.is_free
    assert answer.price is not None
    assert answer.price.min > 0


def test_words_of_a_script_without_spaces_are_counted() -> None:
    story = "美咲は港を歩いた。船がないと健太が言った。" * 30
    japanese = _estimate(GenerateMangaRequest(story=story, style="manga"), load_settings({}), TODAY)

    assert japanese.words == 285
    assert japanese.panels.expected == estimated(285).panels.expected


def test_price_comes_from_the_table_and_is_missing_without_it() -> None:
    table = '{"gemini-3.8-flash": {"inputPerMillion": 0, "outputPerMillion": 0}, '
    table += '"gemini-nano-banana-2.1": {"inputPerMillion": 0, "outputPerMillion": 0, "perImage": 2}}'

    price = estimated(60, MODEL_PRICES=table).price

    assert price is not None
    assert (price.min, price.max) == (6, 38)
    assert estimated(60, GEMINI_IMAGE_MODEL="another").price is None


def test_fewer_parallel_steps_take_longer_and_timeouts_limit_each_call() -> None:
    assert estimated(500, MAX_PARALLEL_STEPS="3").minutes.expected > estimated(500).minutes.expected

    quick = estimated(500, MODEL_TEXT_TIMEOUT_SECONDS="3", MODEL_IMAGE_TIMEOUT_SECONDS="3").minutes
    assert quick.min == quick.expected == quick.max == pytest.approx(9 / 60)


def test_more_thinking_costs_more() -> None:
    prices = [estimated(60, IMAGE_THINKING=level).price for level in ("minimal", "medium", "high")]

    expected = [price.expected for price in prices if price is not None]
    assert len(expected) == 3
    assert expected == sorted(set(expected))


def test_estimate_uses_the_prices_of_its_day() -> None:
    request = GenerateMangaRequest(story="word " * 60, style="manga")
    free_images = '{"gemini-nano-banana-2.1": {"inputPerMillion": 0, "outputPerMillion": 0}}'
    settings = load_settings({"MODEL_PRICES": free_images})

    before, after = (_estimate(request, settings, day).price for day in (TODAY, date(2027, 1, 1)))

    assert before is not None
    assert after is not None
    assert after.expected == pytest.approx(2 * before.expected, abs=0.002)


def test_references_over_the_limit_of_the_model_cost_nothing() -> None:
    reference = UploadedReference(name="Mira", image=image("red"))
    prices = [
        _estimate(
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


@pytest.mark.parametrize(("size", "price_of_image"), [("1K", 0.0336), ("2K", 0.0504), ("4K", 0.1134)])
def test_price_is_that_of_the_size(size: ImageSize, price_of_image: float) -> None:
    request = GenerateMangaRequest(story="word " * 100, style="manga", image_size=size)
    answer = _estimate(request, load_settings({}), TODAY)
    smallest = estimated(100)

    assert answer.price is not None
    assert smallest.price is not None
    images = answer.characters.expected + answer.panels.expected
    assert answer.price.expected - smallest.price.expected == pytest.approx(
        images * (price_of_image - 0.0336), abs=0.002
    )
    assert answer.minutes.expected >= smallest.minutes.expected


def test_comic_with_large_images_takes_longer() -> None:
    large = GenerateMangaRequest(story="word " * 500, style="manga", image_size="4K")

    assert _estimate(large, load_settings({}), TODAY).minutes.expected > 2 * estimated(500).minutes.expected
