"""JSON values become models, and every invalid field is named in words that help the author of the request."""

from pydantic import BaseModel, JsonValue, ValidationError
from pydantic_core import ErrorDetails

from shared.errors import FieldProblem, InvalidInput
from shared.models.http.requests import InputLimits

# By the kinds of errors that pydantic has.
_ADVICE: dict[str, str] = {
    "missing": "It is missing.",
    "string_type": "It has to be a text.",
    "bool_type": "It has to be true or false.",
    "int_type": "It has to be a whole number.",
    "literal_error": "It has to be {expected}.",
    "tuple_type": "It has to be a list.",
    "model_type": "It has to be an object.",
    "string_too_short": "It has too few characters: at least {min_length} are needed.",
    "string_too_long": "It has too many characters: at most {max_length} are accepted.",
    "too_short": "It has too few items: at least {min_length} are needed.",
    "too_long": "It has too many items: at most {max_length} are accepted.",
    "float_type": "It has to be a number.",
    "finite_number": "It has to be a number.",
    "greater_than": "It has to be more than {gt}.",
    "greater_than_equal": "It has to be at least {ge}.",
    "less_than_equal": "It has to be at most {le}.",
}


def invalid(*problems: FieldProblem) -> InvalidInput:
    """Return the error for a request with these invalid fields."""
    fields = ", ".join(dict.fromkeys(problem.field for problem in problems))
    return InvalidInput(f"The request was not accepted; correct {fields}. {problems[0].message}", problems)


def validate[Model: BaseModel](model: type[Model], value: JsonValue, limits: InputLimits) -> Model:
    """Return the value as a model.

    Raises:
        InvalidInput: names every invalid field.
    """
    try:
        return model.model_validate(value, context=limits)
    except ValidationError as exc:
        errors = exc.errors(include_url=False, include_input=False)
        raise invalid(
            *(
                FieldProblem(_path(error["loc"]), _advice(error))
                for error in errors
                if not _is_consequence(error, errors)
            )
        ) from exc


def _is_consequence(error: ErrorDetails, errors: list[ErrorDetails]) -> bool:
    """Tell whether a list is reported as too short only because some of its items are invalid."""
    depth = len(error["loc"])
    return error["type"] == "too_short" and any(
        len(other["loc"]) > depth and other["loc"][:depth] == error["loc"] for other in errors
    )


def _advice(error: ErrorDetails) -> str:
    """Return a sentence about the error; our own validators raise errors with a sentence of their own."""
    advice = _ADVICE.get(error["type"])
    if advice is not None:
        return advice.format_map(error.get("ctx", {}))
    message = error["msg"].removeprefix("Value error, ")
    return message if message.endswith(".") else f"{message}."


def _path(location: tuple[int | str, ...]) -> str:
    path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)
    return path.removeprefix(".") or "body"
