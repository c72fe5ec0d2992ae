"""What a picture was drawn with. It is in the picture's PNG file, so that a change can keep the layout."""

import io
from dataclasses import dataclass

from PIL import Image
from PIL.PngImagePlugin import PngInfo
from pydantic import TypeAdapter, ValidationError

_KEYWORD = "Drawn with"


@dataclass(frozen=True, slots=True)
class DrawnWith:
    """The instructions by which the layout was chosen, and all wishes so far, the latest first."""

    layout: str = ""
    wishes: tuple[str, ...] = ()


_SHAPE = TypeAdapter(DrawnWith)


def drawn_with(picture: bytes) -> DrawnWith:
    """Return what a picture was drawn with; one that does not say was drawn without instructions."""
    try:
        with Image.open(io.BytesIO(picture)) as image:
            return _SHAPE.validate_json(image.info.get(_KEYWORD, "{}"))
    except (OSError, ValueError, ValidationError):
        return DrawnWith()


def file_notes(drawn: DrawnWith) -> PngInfo | None:
    """Return the notes in the file of a picture that was drawn with instructions."""
    if drawn == DrawnWith():
        return None
    notes = PngInfo()
    # Compressed: who only looks at the file finds none of the words.
    notes.add_itxt(_KEYWORD, _SHAPE.dump_json(drawn).decode(), zip=True)
    return notes
