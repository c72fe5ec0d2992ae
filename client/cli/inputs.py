"""Reads and checks the story's text and the reference images."""

import sys
from codecs import BOM_UTF8
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ValidationError

from client.cli.story_text import UnreadableText, decode
from client.images import NotAnImage, read_image, to_data_url
from client.lettering import LetteringFile
from client.plan import PlanFile
from shared.models.http.requests import MAX_STYLE_TEXT_LENGTH, GenerateMangaRequest, UploadedReference
from shared.models.lettering import LetteringMode
from shared.models.prices import IMAGE_SIZE, ImageSize
from shared.models.story import Aspect, StopAfter, Style


class UsageError(Exception):
    """An argument can't be used; the message tells the user why."""


def read_request(
    story: str,
    style: Style,
    *,
    no_dialogue: bool,
    characters: list[str],
    settings: list[str],
    stop_after: StopAfter | None = None,
    style_text: str | None = None,
    aspect: Aspect = "auto",
    image_size: ImageSize = IMAGE_SIZE,
    continues: str | None = None,
    chapters: Literal["auto"] | None = None,
    lettering: LetteringMode = "drawn",
    language: str | None = None,
) -> GenerateMangaRequest:
    """Return the request; `story` is a path or `-`, the references are `NAME=FILE`.

    Raises:
        UsageError: a file is missing or can't be used, or the request is invalid.
    """
    if style_text is not None and len(style_text) > MAX_STYLE_TEXT_LENGTH:
        count = len(style_text)
        raise UsageError(f"--style-text has {count} characters: at most {MAX_STYLE_TEXT_LENGTH} are accepted.")
    try:
        return GenerateMangaRequest(
            story=read_story(story),
            style=style,
            no_dialogue=no_dialogue,
            uploaded_character_references=tuple(read_reference("character", text) for text in characters),
            uploaded_setting_references=tuple(read_reference("setting", text) for text in settings),
            stop_after=stop_after,
            style_text=style_text,
            aspect=aspect,
            image_size=image_size,
            continues=continues,
            chapters=chapters,
            lettering=lettering,
            language=language,
        )
    except ValidationError as error:
        raise UsageError(
            "; ".join(problem["msg"].removeprefix("Value error, ") for problem in error.errors())
        ) from error


def read_story(source: str) -> str:
    """Return the story's text from a file, or from standard input for `-`; print its encoding if it is not UTF-8."""
    try:
        content = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
        text, encoding = decode(content)
    except UnreadableText as error:
        raise UsageError(f"The story {source!r} can't be read as text: {error}. Save it as UTF-8.") from error
    except OSError as error:
        raise UsageError(f"The story {source!r} can't be read: {error.strerror}.") from error
    if encoding != "UTF-8":
        print(f"Reading the story as {encoding}.", file=sys.stderr, flush=True)
    return text


def read_plan_file(path: Path) -> PlanFile:
    """Return the edited plan in a file.

    Raises:
        UsageError: there is none.
    """
    return _read_file(path, PlanFile, "plan")


def read_lettering_file(path: Path) -> LetteringFile:
    """Return the edited words of a comic in a file.

    Raises:
        UsageError: there are none.
    """
    return _read_file(path, LetteringFile, "lettering")


def _read_file[Content: BaseModel](path: Path, shape: type[Content], what: str) -> Content:
    try:
        return shape.model_validate_json(path.read_bytes().removeprefix(BOM_UTF8))
    except OSError as error:
        raise UsageError(f"The {what} {str(path)!r} can't be read: {error.strerror}.") from error
    except ValidationError as error:
        problem = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in problem["loc"]) or "the file"
        raise UsageError(f"{str(path)!r} holds no {what}: {where}: {problem['msg']}.") from error


def read_reference(kind: str, given: str) -> UploadedReference:
    """Return a reference image from `NAME=FILE`."""
    name, equals, file = given.partition("=")
    if not equals or not name.strip() or not file:
        raise UsageError(f"--{kind} needs NAME=FILE, such as --{kind} Mira=mira.png, not {given!r}.")
    path = Path(file)
    try:
        image = read_image(path.read_bytes())
    except OSError as error:
        raise UsageError(f"--{kind} {name}: the image {file!r} can't be read: {error.strerror}.") from error
    except NotAnImage as error:
        raise UsageError(f"--{kind} {name}: {file!r} can't be used: {error}.") from error
    try:
        return UploadedReference.model_validate(
            {"id": f"{kind}-{name.strip()}", "name": name.strip(), "image": to_data_url(image), "fileName": path.name}
        )
    except ValidationError as error:
        raise UsageError(f"--{kind}: the name {name!r} can't be used: {error.errors()[0]['msg']}.") from error
