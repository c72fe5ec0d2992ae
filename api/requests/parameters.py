"""Parameters in the path, the query or a header: each is declared once, to be read and to be documented."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from azurefunctions.extensions.http.fastapi import Request
from pydantic import JsonValue

from api.requests.validation import invalid
from shared.errors import FieldProblem, InvalidInput, MangaError, NotFound, UnknownGeneration
from shared.models.step_ref import ImageKind
from shared.text.language import TAG_PATTERN, UNDETERMINED, language_tag

_KINDS: dict[str, ImageKind] = {"characters": "character", "panels": "panel"}
_NO_IMAGE = "There is no image at this address: check its kind (characters or panels), index and version."

Value_co = TypeVar("Value_co", covariant=True)
type Place = Literal["path", "query", "header"]


@dataclass(frozen=True, slots=True)
class Parameter(Generic[Value_co]):  # noqa: UP046 - inferred to be invariant, for its `__replace__`
    """A part of the request other than its body.

    `parse` returns None for an invalid value, and `advice` says what a valid one looks like.
    """

    name: str
    where: Place
    description: str
    schema: Mapping[str, JsonValue]
    parse: Callable[[str], Value_co | None]
    advice: str
    default: Value_co | None = None
    is_required: bool = False

    def find(self, request: Request) -> Value_co | None:
        """Return the value or the default, if there is one.

        Raises:
            InvalidInput: the value is invalid, or is required and missing.
            NotFound: the path has an invalid value.
        """
        text = self._text(request)
        if text is None and not self.is_required:
            return self.default
        value = None if text is None else self.parse(text)
        if value is None:
            raise self._refusal()
        return value

    def read(self, request: Request) -> Value_co:
        """Return the value or the default of a parameter that is required or has a default; see `find`."""
        value = self.find(request)
        if value is None:
            raise self._refusal()
        return value

    def _text(self, request: Request) -> str | None:
        match self.where:
            case "path":
                return request.path_params.get(self.name)
            case "query":
                return request.query_params.get(self.name)
            case "header":
                return request.headers.get(self.name)

    def _refusal(self) -> MangaError:
        return NotFound(self.advice) if self.where == "path" else invalid(FieldProblem(self.name, self.advice))


def check_parameters(parameters: Iterable[Parameter[object]], request: Request) -> None:
    """Check all parameters of a request.

    Raises:
        InvalidInput: names every invalid one.
        NotFound: the path has an invalid value.
    """
    problems: list[FieldProblem] = []
    for parameter in parameters:
        try:
            parameter.find(request)
        except InvalidInput as exc:
            problems += exc.problems
    if problems:
        raise invalid(*problems)


def choice[Option: str](
    name: str,
    description: str,
    options: tuple[Option, ...],
    *,
    default: Option | None = None,
    is_required: bool = False,
) -> Parameter[Option]:
    """Return a query parameter that has one of a few values."""
    is_optional = default is None and not is_required
    return Parameter(
        name,
        "query",
        description,
        {"type": "string", "enum": [*options], **({} if default is None else {"default": default})},
        parse=lambda text: next((option for option in options if option == text), None),
        advice=f"It has to be {', '.join(options[:-1])} or {options[-1]}{', or be left out' if is_optional else ''}.",
        default=default,
        is_required=is_required,
    )


def whole_number(
    name: str, description: str, lowest: int, highest: int, *, default: int, advice: str = ""
) -> Parameter[int]:
    """Return a query parameter that is a whole number."""
    return Parameter(
        name,
        "query",
        description,
        {"type": "integer", "minimum": lowest, "maximum": highest, "default": default},
        parse=_number_between(lowest, highest),
        advice=advice or f"It has to be a whole number from {lowest} to {highest}.",
        default=default,
    )


def matching(pattern: str) -> Callable[[str], str | None]:
    """Return a `parse` that accepts what matches the pattern as a whole."""
    compiled = re.compile(pattern)
    return lambda text: text if compiled.fullmatch(text) else None


def _number_between(lowest: int, highest: int) -> Callable[[str], int | None]:
    def parse(text: str) -> int | None:
        is_number = text.isascii() and text.isdigit() and len(text) <= len(str(highest))
        return int(text) if is_number and lowest <= int(text) <= highest else None

    return parse


def _image_number(name: str, description: str, lowest: int) -> Parameter[int]:
    schema: dict[str, JsonValue] = {"type": "integer", "minimum": lowest, "maximum": 9999}
    parse = _number_between(lowest, 9999)
    return Parameter(name, "path", description, schema, parse, advice=_NO_IMAGE, is_required=True)


GENERATION_ID = Parameter(
    "id",
    "path",
    "The generation's id, from `X-Generation-Id` or any message of its stream.",
    {"type": "string", "pattern": "^[0-9a-f]{32}$"},
    parse=matching("[0-9a-f]{32}"),
    advice=str(UnknownGeneration()),
    is_required=True,
)


def _language_of_texts(text: str) -> str | None:
    """Return the language tag; texts are listed under the one for no language as well."""
    return UNDETERMINED if text.strip().lower() == UNDETERMINED else language_tag(text)


KIND: Parameter[ImageKind] = Parameter(
    "kind",
    "path",
    "The kind of image.",
    {"type": "string", "enum": [*_KINDS]},
    parse=_KINDS.get,
    advice=_NO_IMAGE,
    is_required=True,
)
INDEX = _image_number("index", "0-based, into `analysis.characters` or `chunks.panels`.", lowest=0)
VERSION = _image_number("version", "Starts at 1; every redo of an image makes the next version.", lowest=1)
LANGUAGE = Parameter(
    "lang",
    "query",
    "The language (BCP 47) of the texts, one of the state's `languages`. By default the comic's own.",
    {"type": "string", "pattern": TAG_PATTERN},
    parse=_language_of_texts,
    advice="It has to be a language tag (BCP 47) such as en, pt-BR or ja.",
)
ESTIMATE = choice(
    "estimate",
    "`true`: starts nothing; the answer says what the work would need.",
    ("true", "false"),
    default="false",
)


def limit_unless_estimate(limit: str) -> Callable[[Request], str]:
    """Return the name of the rate limit for each request: estimates don't count as starts."""
    return lambda request: "estimate" if request.query_params.get(ESTIMATE.name) == "true" else limit
