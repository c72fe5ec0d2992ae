"""The base of models that are stored or sent as JSON: camelCase names, frozen values."""

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class WireModel(BaseModel):
    """A frozen value with snake_case attributes here and camelCase names in JSON.

    Unknown fields are ignored: old clients send more, and a model's answer may have more.
    """

    model_config = ConfigDict(
        frozen=True, alias_generator=to_camel, populate_by_name=True, extra="ignore", hide_input_in_errors=True
    )
