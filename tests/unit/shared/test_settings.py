"""Settings from the environment."""

from datetime import date

import pytest

from shared.errors import NotConfigured
from shared.models.prices import IMAGE_SIZES
from shared.settings import load_settings


def test_settings_load_with_defaults_only() -> None:
    settings = load_settings({})

    assert settings.max_story_words == 500
    assert settings.max_story_characters == 6000
    assert settings.stream_window_s == 200


def test_default_models_are_current() -> None:
    settings = load_settings({})

    assert (settings.text_model, settings.image_model) == ("gemini-3.8-flash", "gemini-nano-banana-2.1")
    assert (settings.gemini_api_version, settings.image_thinking) == ("v1beta", "minimal")


def test_empty_variable_counts_as_absent() -> None:
    assert load_settings({"GEMINI_API_KEY": "", "MAX_STORY_WORDS": ""}).gemini_api_key is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MAX_STORY_WORDS", "many"),
        ("MAX_STORY_WORDS", "0"),
        ("STREAM_WINDOW_SECONDS", "226"),
        ("STREAM_HEARTBEAT_SECONDS", "11"),
        ("MODEL_TEXT_TIMEOUT_SECONDS", "-1"),
        ("GEMINI_API_VERSION", "v1/../v2"),
        ("GEMINI_API_VERSION", "beta"),
        ("IMAGE_THINKING", "low"),
    ],
)
def test_error_for_an_invalid_value_names_the_variable(name: str, value: str) -> None:
    with pytest.raises(NotConfigured, match=name):
        load_settings({name: value})


def test_error_for_an_invalid_setting_does_not_show_its_value() -> None:
    with pytest.raises(NotConfigured) as refused:
        load_settings({"MAX_STORY_WORDS": "hunter2"})

    assert "hunter2" not in str(refused.value)


def test_error_for_a_missing_key_says_what_to_do() -> None:
    with pytest.raises(NotConfigured, match=r"GEMINI_API_KEY.*make run"):
        load_settings({}).require_model()


def test_error_for_a_missing_storage_names_the_variable() -> None:
    with pytest.raises(NotConfigured, match="AzureWebJobsStorage"):
        load_settings({}).require_storage()


def test_identity_needs_only_the_account_name_or_url() -> None:
    by_name = load_settings({"AzureWebJobsStorage__accountName": "stmanga"})
    by_address = load_settings({"AzureWebJobsStorage__blobServiceUri": "https://stmanga.blob.core.usgovcloudapi.net"})

    by_name.require_storage()
    assert by_name.blob_service_url == "https://stmanga.blob.core.windows.net"
    assert by_address.blob_service_url == "https://stmanga.blob.core.usgovcloudapi.net"


def test_account_name_cannot_lead_to_another_host() -> None:
    with pytest.raises(NotConfigured, match="AzureWebJobsStorage__accountName"):
        load_settings({"AzureWebJobsStorage__accountName": "evil.example/"})


def test_keys_and_connection_strings_are_hidden_in_the_repr_of_settings() -> None:
    settings = load_settings({"GEMINI_API_KEY": "hunter2", "AzureWebJobsStorage": "AccountKey=hunter2"})

    assert "hunter2" not in repr(settings)


@pytest.mark.parametrize(
    ("environ", "sizes"),
    [
        ({}, ("1K", "2K", "4K")),
        ({"GEMINI_IMAGE_MODEL": "gemini-3.1-flash-lite-image"}, ("1K",)),
        ({"GEMINI_IMAGE_MODEL": "gemini-unknown"}, ("1K", "2K", "4K")),
        ({"MAX_IMAGE_PIXELS": "5000000"}, ("1K", "2K")),
        ({"MAX_IMAGE_PIXELS": "1000"}, ("1K",)),
        (
            {
                "GEMINI_IMAGE_MODEL": "mine",
                "MODEL_PRICES": '{"mine": {"inputPerMillion": 1, "outputPerMillion": 1, "perImage": {"2K": 1}}}',
            },
            ("1K", "2K"),
        ),
        (
            {
                "GEMINI_IMAGE_MODEL": "mine",
                "MODEL_PRICES": '{"mine": {"inputPerMillion": 1, "outputPerMillion": 1, "perImage": 1}}',
            },
            ("1K", "2K", "4K"),
        ),
    ],
)
def test_sizes_of_images_follow_from_the_prices_and_the_pixel_limit(
    environ: dict[str, str], sizes: tuple[str, ...]
) -> None:
    assert load_settings(environ).image_sizes(date(2026, 11, 23)) == sizes


@pytest.mark.parametrize(("most", "steps"), [("15", (15, 8, 4)), ("2", (2, 2, 2))])
def test_larger_images_are_drawn_fewer_at_once(most: str, steps: tuple[int, ...]) -> None:
    settings = load_settings({"MAX_PARALLEL_STEPS": most})

    assert tuple(settings.parallel_steps(size) for size in IMAGE_SIZES) == steps
