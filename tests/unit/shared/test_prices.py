"""What a call costs."""

import pytest

from shared.errors import NotConfigured
from shared.models.usage import Usage, UsageReport
from shared.prices import ModelPrice, usage_of_call
from shared.settings import load_settings

PRICE = ModelPrice(input_per_million=1.5, output_per_million=9, per_image=0.067)


def test_tokens_are_priced_by_the_million_and_images_by_the_piece() -> None:
    text = usage_of_call(PRICE, input_tokens=1_000_000, output_tokens=2_000_000)
    image = usage_of_call(PRICE, input_tokens=1000, output_tokens=1320, image_tokens=1120, images=1)

    assert (text.price_micros, text.calls) == (19_500_000, 1)
    assert image.price_micros == 1500 + 200 * 9 + 67_000
    assert image.output_tokens == 1320


def test_a_call_whose_price_nobody_knows_is_counted_and_makes_the_sum_unknown() -> None:
    used = usage_of_call(None, input_tokens=10, output_tokens=5) + usage_of_call(
        PRICE, input_tokens=1000, output_tokens=0
    )

    assert (used.calls, used.input_tokens, used.price_micros) == (2, 1010, 1500)
    assert UsageReport.of(used).price is None


def test_uses_are_added_field_by_field() -> None:
    one = Usage(calls=1, input_tokens=2, output_tokens=3, images=4, price_micros=5, unpriced_calls=6)

    assert (one + one).model_dump() == {name: 2 * value for name, value in one.model_dump().items()}


def test_a_table_in_the_settings_comes_before_our_own() -> None:
    dear = '{"gemini-3.5-flash": {"inputPerMillion": 7, "outputPerMillion": 8}}'
    settings = load_settings({"MODEL_PRICES": dear})

    assert settings.price_of("gemini-3.5-flash") == ModelPrice(input_per_million=7, output_per_million=8)
    assert settings.price_of(settings.image_model) is not None
    assert settings.price_of("another-model") is None


@pytest.mark.parametrize(
    "table", ["{", "[]", '{"m": {}}', '{"m": {"inputPerMillion": 1, "outputPerMillion": -1}}', '{"m": {"input": 1}}']
)
def test_a_table_that_is_none_is_refused_by_the_settings_name(table: str) -> None:
    with pytest.raises(NotConfigured, match="MODEL_PRICES"):
        load_settings({"MODEL_PRICES": table})
