"""The price of a call."""

from datetime import date

import pytest

from shared.errors import NotConfigured
from shared.models.prices import DEFAULT_PRICES, ImageSize, ModelPrice, usage_of_call, utc_day
from shared.models.usage import Usage, UsageReport
from shared.settings import Settings, load_settings

PRICE = ModelPrice(input_per_million=1.5, output_per_million=9, per_image=0.067)
TODAY = date(2026, 11, 23)


def test_tokens_are_priced_per_million_and_images_individually() -> None:
    text = usage_of_call(PRICE, input_tokens=1_000_000, output_tokens=2_000_000)
    image = usage_of_call(PRICE, input_tokens=1000, output_tokens=1320, image_tokens=1120, images=1)

    assert (text.price_micros, text.calls) == (19_500_000, 1)
    assert image.price_micros == 1500 + 200 * 9 + 67_000
    assert image.output_tokens == 1320


def image_micros(settings: Settings, size: ImageSize, model: str | None = None) -> int | None:
    """Return the price of one image, or None if it has no price."""
    price = settings.price_of(model or settings.image_model, TODAY)
    used = usage_of_call(price, input_tokens=0, output_tokens=0, images=1, image_size=size)
    return None if used.unpriced_calls else used.price_micros


@pytest.mark.parametrize(
    ("model", "micros"),
    [
        ("gemini-nano-banana-2.1", [33_600, 50_400, 113_400]),
        ("gemini-3.1-flash-lite-image", [33_600, None, None]),
        ("gemini-3-pro-image", [134_000, 134_000, 240_000]),
    ],
)
def test_image_price_depends_on_model_and_size(model: str, micros: list[int | None]) -> None:
    sizes: list[ImageSize] = ["1K", "2K", "4K"]

    assert [image_micros(load_settings({}), size, model) for size in sizes] == micros


def test_default_image_model_charges_for_text_in_addition_to_the_image() -> None:
    settings = load_settings({})
    price = settings.price_of(settings.image_model, TODAY)

    used = usage_of_call(price, input_tokens=2000, output_tokens=1420, image_tokens=1120, images=1)

    assert used.price_micros == 2000 * 1.5 + 300 * 7.5 + 33_600


@pytest.mark.parametrize(
    ("day", "input_price", "output_price"),
    [(date(2026, 10, 1), 0.75, 3.75), (date(2026, 12, 31), 0.75, 3.75), (date(2027, 1, 1), 1.5, 7.5)],
)
def test_price_of_the_default_text_model_depends_on_the_day(day: date, input_price: float, output_price: float) -> None:
    settings = load_settings({})

    price = settings.price_of(settings.text_model, day)

    assert price == ModelPrice(input_per_million=input_price, output_per_million=output_price)


def test_prices_of_each_model_are_sorted_by_date() -> None:
    for prices in DEFAULT_PRICES.values():
        days = [dated.since for dated in prices]
        assert days == sorted(days)
        assert days[0] == date.min


def test_days_begin_at_midnight_utc() -> None:
    assert [utc_day(seconds) for seconds in (0, 86_399.9, 86_400)] == [date(1970, 1, 1)] * 2 + [date(1970, 1, 2)]


def test_unpriced_call_is_counted_and_makes_the_total_price_unknown() -> None:
    used = usage_of_call(None, input_tokens=10, output_tokens=5) + usage_of_call(
        PRICE, input_tokens=1000, output_tokens=0
    )

    assert (used.calls, used.input_tokens, used.price_micros) == (2, 1010, 1500)
    assert UsageReport.of(used).price is None


def test_call_without_an_image_needs_no_image_price() -> None:
    price = ModelPrice(input_per_million=1, output_per_million=1, per_image={"4K": 1})

    assert usage_of_call(price, input_tokens=10, output_tokens=0).price_micros == 10


def test_usages_are_added_field_by_field() -> None:
    one = Usage(calls=1, input_tokens=2, output_tokens=3, images=4, price_micros=5, unpriced_calls=6)

    assert (one + one).model_dump() == {name: 2 * value for name, value in one.model_dump().items()}


def test_price_table_in_the_settings_overrides_the_default() -> None:
    dear = '{"gemini-3.8-flash": {"inputPerMillion": 7, "outputPerMillion": 8}}'
    settings = load_settings({"MODEL_PRICES": dear})

    assert settings.price_of("gemini-3.8-flash", TODAY) == ModelPrice(input_per_million=7, output_per_million=8)
    assert settings.price_of(settings.image_model, TODAY) is not None
    assert settings.price_of("another-model", TODAY) is None


@pytest.mark.parametrize(
    ("per_image", "micros"), [("0.5", [500_000, 500_000]), ('{"1K": 0.5}', [500_000, None]), ("0", [0, 0])]
)
def test_image_price_in_the_settings_is_single_or_per_size(per_image: str, micros: list[int | None]) -> None:
    table = f'{{"m": {{"inputPerMillion": 1, "outputPerMillion": 1, "perImage": {per_image}}}}}'
    settings = load_settings({"MODEL_PRICES": table})

    assert [image_micros(settings, "1K", "m"), image_micros(settings, "2K", "m")] == micros


@pytest.mark.parametrize(
    "table",
    [
        "{",
        "[]",
        '{"m": {}}',
        '{"m": {"inputPerMillion": 1, "outputPerMillion": -1}}',
        '{"m": {"input": 1}}',
        '{"m": {"inputPerMillion": 1, "outputPerMillion": 1, "perImage": {"8K": 1}}}',
        '{"m": {"inputPerMillion": 1, "outputPerMillion": 1, "perImage": {"1K": -1}}}',
    ],
)
def test_error_for_an_invalid_price_table_names_the_setting(table: str) -> None:
    with pytest.raises(NotConfigured, match="MODEL_PRICES"):
        load_settings({"MODEL_PRICES": table})
