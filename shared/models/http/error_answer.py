"""What every error answer says."""

from typing import Literal

from shared.models.base import WireModel


class FieldFault(WireModel):
    """One broken field of the request, by its JSON path, parameter or header, and what is wrong with it."""

    field: str
    message: str


class ErrorAnswer(WireModel):
    """Why there is no result: a sentence that a person can act on, and a stable code for programs.

    `details` name every broken field; `error_type` is what clients of the original system look for.
    """

    error: str
    code: str
    error_type: Literal["PROHIBITED_CONTENT"] | None = None
    details: tuple[FieldFault, ...] | None = None
