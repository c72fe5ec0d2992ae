"""Everything tunable, read once from the environment when it is first needed, never at import."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from shared.errors import NotConfigured

type Seconds = Annotated[float, Field(gt=0)]
type Count = Annotated[int, Field(ge=1)]


class Settings(BaseModel):
    """The app's settings. Each field's alias is the name of its environment variable."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    storage_connection: Annotated[SecretStr | None, Field(alias="AzureWebJobsStorage")] = None
    storage_account_url: Annotated[str | None, Field(alias="AzureWebJobsStorage__blobServiceUri")] = None
    storage_client_id: Annotated[str | None, Field(alias="AzureWebJobsStorage__clientId")] = None
    blob_container: Annotated[str, Field(alias="BLOB_CONTAINER", min_length=3)] = "manga"

    gemini_api_key: Annotated[SecretStr | None, Field(alias="GEMINI_API_KEY")] = None
    gemini_base_url: Annotated[str | None, Field(alias="GOOGLE_GEMINI_BASE_URL")] = None
    # Current stable models by https://ai.google.dev/gemini-api/docs/deprecations, read in November 2026.
    text_model: Annotated[str, Field(alias="GEMINI_TEXT_MODEL")] = "gemini-3.5-flash"
    image_model: Annotated[str, Field(alias="GEMINI_IMAGE_MODEL")] = "gemini-3.1-flash-image"
    text_timeout_s: Annotated[Seconds, Field(alias="MODEL_TEXT_TIMEOUT_SECONDS")] = 90
    image_timeout_s: Annotated[Seconds, Field(alias="MODEL_IMAGE_TIMEOUT_SECONDS")] = 180

    max_story_words: Annotated[Count, Field(alias="MAX_STORY_WORDS")] = 500
    max_request_bytes: Annotated[Count, Field(alias="MAX_REQUEST_BYTES")] = 20 * 1024 * 1024
    max_image_pixels: Annotated[Count, Field(alias="MAX_IMAGE_PIXELS")] = 25_000_000
    max_parallel_steps: Annotated[Count, Field(alias="MAX_PARALLEL_STEPS")] = 15

    stream_window_s: Annotated[Seconds, Field(alias="STREAM_WINDOW_SECONDS", le=225)] = 200
    stream_heartbeat_s: Annotated[Seconds, Field(alias="STREAM_HEARTBEAT_SECONDS", le=10)] = 8
    stream_poll_s: Annotated[Seconds, Field(alias="STREAM_POLL_SECONDS", le=10)] = 0.2

    def require_model(self) -> SecretStr:
        """Return the key for the model.

        Raises:
            NotConfigured: there is none.
        """
        if self.gemini_api_key is None:
            raise NotConfigured(
                "GEMINI_API_KEY is not set, so nothing can be generated. Set it to a Gemini API key; "
                "to work without one, run the app with `make run`, which starts a model emulator."
            )
        return self.gemini_api_key

    def require_storage(self) -> None:
        """Make sure that there is a storage to work with.

        Raises:
            NotConfigured: there is none.
        """
        if self.storage_connection is None and self.storage_account_url is None:
            raise NotConfigured(
                "AzureWebJobsStorage is not set, so nothing can be stored. Set it to the connection string of a "
                "storage account or of Azurite, or set AzureWebJobsStorage__blobServiceUri to use an identity."
            )


def load_settings(environ: Mapping[str, str]) -> Settings:
    """Read the settings from environment variables; an empty variable counts as absent.

    Raises:
        NotConfigured: a variable's value can't be used; the message names it.
    """
    try:
        return Settings.model_validate({name: value for name, value in environ.items() if value})
    except ValidationError as exc:
        faults = "; ".join(f"{error['loc'][0]}: {error['msg']}" for error in exc.errors())
        raise NotConfigured(f"A setting has a value that can't be used. Correct it and restart: {faults}.") from exc
