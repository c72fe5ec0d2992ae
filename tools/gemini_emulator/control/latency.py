"""Latency by model and kind of answer, counted from the arrival of the request."""

from pydantic import BaseModel, ConfigDict, Field


class Latency(BaseModel):
    """Seconds before an answer; a value for the model wins over those for text and image."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: float = Field(default=0.0, ge=0)
    image: float = Field(default=0.0, ge=0)
    models: dict[str, float] = {}

    def seconds(self, model: str, *, is_image: bool) -> float:
        return self.models.get(model, self.image if is_image else self.text)
