"""Settings from the environment."""

import pytest

from shared.errors import NotConfigured
from shared.settings import load_settings


def test_nothing_but_defaults_is_needed_to_load() -> None:
    settings = load_settings({})

    assert settings.max_story_words == 500
    assert settings.max_story_characters == 6000
    assert settings.stream_window_s == 200


def test_default_models_are_current() -> None:
    settings = load_settings({})

    assert (settings.text_model, settings.image_model) == ("gemini-3.8-flash", "gemini-nano-banana-2.1")
    assert (settings.gemini_api_version, settings.image_thinking) == ("v1beta", "minimal")


def test_an_empty_variable_counts_as_absent() -> None:
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
def test_invalid_value_is_refused_by_the_variables_name(name: str, value: str) -> None:
    with pytest.raises(NotConfigured, match=name):
        load_settings({name: value})


def test_a_refused_setting_never_shows_its_value() -> None:
    with pytest.raises(NotConfigured) as refused:
        load_settings({"MAX_STORY_WORDS": "hunter2"})

    assert "hunter2" not in str(refused.value)


def test_missing_key_is_named_with_what_to_do() -> None:
    with pytest.raises(NotConfigured, match=r"GEMINI_API_KEY.*make run"):
        load_settings({}).require_model()


def test_a_missing_storage_is_named() -> None:
    with pytest.raises(NotConfigured, match="AzureWebJobsStorage"):
        load_settings({}).require_storage()


def test_identity_needs_only_the_accounts_name_or_url() -> None:
    by_name = load_settings({"AzureWebJobsStorage__accountName": "stmanga"})
    by_address = load_settings({"AzureWebJobsStorage__blobServiceUri": "https://stmanga.blob.core.usgovcloudapi.net"})

    by_name.require_storage()
    assert by_name.blob_service_url == "https://stmanga.blob.core.windows.net"
    assert by_address.blob_service_url == "https://stmanga.blob.core.usgovcloudapi.net"


def test_an_accounts_name_cannot_lead_to_another_host() -> None:
    with pytest.raises(NotConfigured, match="AzureWebJobsStorage__accountName"):
        load_settings({"AzureWebJobsStorage__accountName": "evil.example/"})


def test_keys_and_connections_do_not_show_in_a_settings_text() -> None:
    settings = load_settings({"GEMINI_API_KEY": "hunter2", "AzureWebJobsStorage": "AccountKey=hunter2"})

    assert "hunter2" not in repr(settings)
