"""The settings, read from the environment once, when first needed, and never at import."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, Json, SecretStr, ValidationError

from shared.errors import NotConfigured
from shared.models.prices import (
    FREE,
    IMAGE_SIZE,
    IMAGE_SIZES,
    PIXELS_OF_SIZE,
    Dollars,
    ImageSize,
    ModelPrice,
    default_price,
)
from shared.outside_names import BaseUrl, Key, RepositoryName

type Seconds = Annotated[float, Field(gt=0)]
type Count = Annotated[int, Field(ge=1)]
# 0 means: no limit.
type Limit = Annotated[int, Field(ge=0)]
# 0 means: for ever.
type Days = Annotated[float, Field(ge=0, le=3650, allow_inf_nan=False)]
# https://learn.microsoft.com/azure/storage/common/storage-account-overview#storage-account-name
type AccountName = Annotated[str, Field(pattern=r"^[a-z0-9]{3,24}$")]
type AuthLevel = Literal["anonymous", "function", "admin"]
type TelemetryExporter = Literal["none", "console", "otlp", "azure"]
type Ratio = Annotated[float, Field(ge=0, le=1)]
type ApiVersion = Annotated[str, Field(pattern=r"^v[0-9]+((alpha|beta)[0-9]*)?$")]
# How much the image model thinks before it draws; `unset` is for models without levels.
type ImageThinking = Literal["unset", "minimal", "medium", "high"]
# How many steps of a generation run at once at most: each holds its images in memory, some 15 MB for one of 4K.
_PARALLEL_BY_SIZE: Mapping[ImageSize, int] = {"2K": 8, "4K": 4}


class Settings(BaseModel):
    """The app's settings. Each field's alias is the name of its environment variable."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    storage_connection: Annotated[SecretStr | None, Field(alias="AzureWebJobsStorage")] = None
    storage_account_url: Annotated[str | None, Field(alias="AzureWebJobsStorage__blobServiceUri")] = None
    storage_account_name: Annotated[AccountName | None, Field(alias="AzureWebJobsStorage__accountName")] = None
    storage_credential: Annotated[str | None, Field(alias="AzureWebJobsStorage__credential")] = None
    storage_client_id: Annotated[str | None, Field(alias="AzureWebJobsStorage__clientId")] = None
    blob_container: Annotated[str, Field(alias="BLOB_CONTAINER", min_length=3)] = "manga"

    gemini_api_key: Annotated[SecretStr | None, Field(alias="GEMINI_API_KEY")] = None
    gemini_base_url: Annotated[str | None, Field(alias="GOOGLE_GEMINI_BASE_URL")] = None
    # The SDK's own default is v1, which refuses image settings.
    gemini_api_version: Annotated[ApiVersion, Field(alias="GEMINI_API_VERSION")] = "v1beta"
    # Current stable models by https://ai.google.dev/gemini-api/docs/models, read in November 2026.
    text_model: Annotated[str, Field(alias="GEMINI_TEXT_MODEL")] = "gemini-3.8-flash"
    image_model: Annotated[str, Field(alias="GEMINI_IMAGE_MODEL")] = "gemini-nano-banana-2.1"
    image_thinking: Annotated[ImageThinking, Field(alias="IMAGE_THINKING")] = "minimal"
    text_timeout_s: Annotated[Seconds, Field(alias="MODEL_TEXT_TIMEOUT_SECONDS")] = 90
    image_timeout_s: Annotated[Seconds, Field(alias="MODEL_IMAGE_TIMEOUT_SECONDS")] = 180

    # JSON, in US dollars: {"MODEL": {"inputPerMillion": 1.5, "outputPerMillion": 9, "perImage": 0.04}}; `perImage` may
    # also be one price for each size: {"1K": 0.04, "2K": 0.06}.
    model_prices: Annotated[Json[dict[str, ModelPrice]] | None, Field(alias="MODEL_PRICES")] = None

    # The server of `gemini_base_url` charges nothing, as the emulator.
    model_is_free: Annotated[bool, Field(alias="MODEL_IS_FREE")] = False

    max_price_per_generation: Annotated[Dollars, Field(alias="MAX_PRICE_PER_GENERATION")] = 0
    max_price_per_day: Annotated[Dollars, Field(alias="MAX_PRICE_PER_DAY")] = 0

    max_story_words: Annotated[Count, Field(alias="MAX_STORY_WORDS")] = 500
    max_story_characters: Annotated[Count, Field(alias="MAX_STORY_CHARACTERS")] = 6000
    # Of a story that is cut into chapters.
    max_book_words: Annotated[Count, Field(alias="MAX_BOOK_WORDS")] = 3000
    max_request_bytes: Annotated[Count, Field(alias="MAX_REQUEST_BYTES")] = 20 * 1024 * 1024
    max_image_pixels: Annotated[Count, Field(alias="MAX_IMAGE_PIXELS")] = 25_000_000
    max_image_bytes: Annotated[Count, Field(alias="MAX_IMAGE_BYTES")] = 8 * 1024 * 1024
    max_parallel_steps: Annotated[Count, Field(alias="MAX_PARALLEL_STEPS")] = 15
    step_lease_s: Annotated[Seconds, Field(alias="STEP_LEASE_SECONDS", ge=2)] = 30

    requests_per_minute: Annotated[Limit, Field(alias="REQUESTS_PER_MINUTE", le=1000)] = 25
    generations_per_day: Annotated[Limit, Field(alias="GENERATIONS_PER_DAY", le=10_000)] = 100
    max_running_generations: Annotated[Limit, Field(alias="MAX_RUNNING_GENERATIONS", le=10_000)] = 100
    # The header in which the nearest trusted proxy puts the caller's address, as its last value. The Functions host
    # uses X-Forwarded-For; behind Azure Front Door (and only there) X-Azure-ClientIP has the caller.
    client_address_header: Annotated[str, Field(alias="CLIENT_ADDRESS_HEADER", min_length=1)] = "X-Forwarded-For"
    http_auth_level: Annotated[AuthLevel, Field(alias="HTTP_AUTH_LEVEL")] = "function"
    cors_allowed_origins: Annotated[str | None, Field(alias="CORS_ALLOWED_ORIGINS")] = None
    analytics_url: Annotated[BaseUrl | None, Field(alias="ANALYTICS_URL")] = None

    retention_days: Annotated[Days, Field(alias="RETENTION_DAYS")] = 30
    retention_batch: Annotated[Count, Field(alias="RETENTION_BATCH")] = 1000
    retention_schedule: Annotated[str, Field(alias="RETENTION_SCHEDULE")] = "0 17 3 * * *"

    reddit_base_url: Annotated[BaseUrl, Field(alias="REDDIT_BASE_URL")] = "https://www.reddit.com"
    reddit_api_url: Annotated[BaseUrl, Field(alias="REDDIT_API_URL")] = "https://oauth.reddit.com"
    reddit_client_id: Annotated[Key | None, Field(alias="REDDIT_CLIENT_ID")] = None
    reddit_client_secret: Annotated[Key | None, Field(alias="REDDIT_CLIENT_SECRET")] = None
    github_api_url: Annotated[BaseUrl, Field(alias="GITHUB_API_URL")] = "https://api.github.com"
    github_repository: Annotated[RepositoryName | None, Field(alias="GITHUB_REPOSITORY")] = None
    github_token: Annotated[Key | None, Field(alias="GITHUB_TOKEN")] = None

    telemetry_exporter: Annotated[TelemetryExporter, Field(alias="TELEMETRY_EXPORTER")] = "none"
    telemetry_sampling_ratio: Annotated[Ratio, Field(alias="TELEMETRY_SAMPLING_RATIO")] = 1
    otlp_endpoint: Annotated[str, Field(alias="OTEL_EXPORTER_OTLP_ENDPOINT")] = "http://localhost:4318"
    application_insights: Annotated[SecretStr | None, Field(alias="APPLICATIONINSIGHTS_CONNECTION_STRING")] = None

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

    @property
    def is_free(self) -> bool:
        """Whether calls of the model cost nothing; those of Google's server always have a price."""
        return self.model_is_free and self.gemini_base_url is not None

    def price_of(self, model: str, day: date) -> ModelPrice | None:
        """Return the model's price on that day, or None if neither MODEL_PRICES nor the built-in table has it."""
        return FREE if self.is_free else self._list_price(model, day)

    def image_sizes(self, day: date) -> tuple[ImageSize, ...]:
        """Return the sizes in which the image model draws, by its prices and by MAX_IMAGE_PIXELS, in order."""
        price = self._list_price(self.image_model, day)
        sizes = IMAGE_SIZES if price is None else price.sizes
        larger: list[ImageSize] = [size for size in sizes if size != IMAGE_SIZE]
        return (IMAGE_SIZE, *(size for size in larger if PIXELS_OF_SIZE[size] <= self.max_image_pixels))

    def parallel_steps(self, size: ImageSize) -> int:
        """Return how many steps of a generation with images of this size run at once."""
        return min(self.max_parallel_steps, _PARALLEL_BY_SIZE.get(size, self.max_parallel_steps))

    def _list_price(self, model: str, day: date) -> ModelPrice | None:
        return (self.model_prices or {}).get(model) or default_price(model, day)

    @property
    def reddit_credentials(self) -> tuple[SecretStr, SecretStr] | None:
        """The id and secret of the app that is registered with Reddit, if both are set."""
        if self.reddit_client_id is None or self.reddit_client_secret is None:
            return None
        return self.reddit_client_id, self.reddit_client_secret

    def require_issue_tracker(self) -> tuple[str, SecretStr]:
        """Return the repository that takes reports, and the token for it.

        Raises:
            NotConfigured: there is none.
        """
        if self.github_repository is None or self.github_token is None:
            raise NotConfigured(
                "Reports can't be sent, because GITHUB_REPOSITORY or GITHUB_TOKEN is not set. The operator of "
                "this app has to set both. Until then, contact the operator directly."
            )
        return self.github_repository, self.github_token

    def require_storage(self) -> None:
        """Make sure that a storage is configured.

        Raises:
            NotConfigured: there is none.
        """
        if self.storage_connection is None and self.blob_service_url is None:
            raise NotConfigured(
                "AzureWebJobsStorage is not set, so nothing can be stored. Set it to the connection string of a "
                "storage account or of Azurite, or set AzureWebJobsStorage__blobServiceUri to use an identity."
            )

    @property
    def blob_service_url(self) -> str | None:
        """The blob service for an identity: as set, or by the account's name in Azure's public cloud."""
        if self.storage_account_url is None and self.storage_account_name is not None:
            return f"https://{self.storage_account_name}.blob.core.windows.net"
        return self.storage_account_url

    @property
    def uses_managed_identity(self) -> bool:
        """Whether to use a managed identity, without looking for other credentials."""
        return (self.storage_credential or "").casefold() == "managedidentity"


def load_auth_level(environ: Mapping[str, str]) -> AuthLevel:
    """Return the auth level of the functions, which is needed when they are declared.

    Raises:
        NotConfigured: HTTP_AUTH_LEVEL has another value than anonymous, function or admin.
    """
    level = environ.get("HTTP_AUTH_LEVEL") or "function"
    return load_settings({"HTTP_AUTH_LEVEL": level}).http_auth_level


def load_retention_schedule(environ: Mapping[str, str]) -> str:
    """Return the schedule of the retention, in NCRONTAB, which is needed when the functions are declared."""
    return load_settings({"RETENTION_SCHEDULE": environ.get("RETENTION_SCHEDULE") or ""}).retention_schedule


def load_settings(environ: Mapping[str, str]) -> Settings:
    """Read the settings from environment variables; an empty variable counts as absent.

    Raises:
        NotConfigured: a value is invalid; the message names the variable.
    """
    try:
        return Settings.model_validate({name: value for name, value in environ.items() if value})
    except ValidationError as exc:
        faults = "; ".join(f"{error['loc'][0]}: {error['msg']}" for error in exc.errors())
        raise NotConfigured(f"A setting has a value that can't be used. Correct it and restart: {faults}.") from exc
