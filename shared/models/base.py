"""The one place that says how our models look on the wire: camelCase names, frozen values."""

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class WireModel(BaseModel):
    """A frozen value with snake_case attributes here and camelCase names in JSON.

    Unknown fields are ignored: old clients send more, and a model's answer may carry more.
    """

    model_config = ConfigDict(
        frozen=True, alias_generator=to_camel, populate_by_name=True, extra="ignore", hide_input_in_errors=True
    )
