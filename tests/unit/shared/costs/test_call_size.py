"""The estimated usage of a call, before it is made."""

from shared.costs.call_size import image_call
from shared.models.prices import ModelPrice
from shared.settings import ImageThinking

PRICE = ModelPrice(input_per_million=0, output_per_million=1, per_image=0)


def expected_micros(thinking: ImageThinking) -> int:
    return image_call(300, 2, thinking).priced(PRICE).price_micros


def test_higher_thinking_level_is_estimated_to_cost_more() -> None:
    assert 0 < expected_micros("minimal") < expected_micros("medium") < expected_micros("high")


def test_unset_thinking_level_is_estimated_as_medium() -> None:
    assert expected_micros("unset") == expected_micros("medium")


def test_reference_images_count_as_input() -> None:
    assert image_call(300, 2, "minimal").input_tokens == 100 + 2 * 1120
