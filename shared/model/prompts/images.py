"""The images of a prompt: each stands behind its number, and what it shows is part of the prompt's data.

Names come from people and from the model, so none of them stands outside a data section.
"""

from collections.abc import Sequence
from typing import NamedTuple

from pydantic import JsonValue

from shared.images.image import Image
from shared.ports import LabelledImage

IMAGES_RULE = "Each image stands behind its number; the section images says what the image of that number shows."


class ShownImage(NamedTuple):
    """An image and what it shows; `name` is whom or what, where that matters."""

    shows: str
    image: Image
    name: str | None = None


def current_image(image: Image | None) -> tuple[ShownImage, ...]:
    """Return the image that is to be changed, if there is one. It comes first in a prompt."""
    return () if image is None else (ShownImage("the current drawing, to be changed", image),)


def images_section(images: Sequence[ShownImage]) -> dict[str, JsonValue]:
    """Return the section that says what the images show, if there are any."""
    if not images:
        return {}
    described: list[JsonValue] = [
        {"image": number, "shows": shown.shows, **({} if shown.name is None else {"name": shown.name})}
        for number, shown in enumerate(images, start=1)
    ]
    return {"images": described}


def numbered(images: Sequence[ShownImage]) -> tuple[LabelledImage, ...]:
    """Return the images, each with its number as the label."""
    return tuple(LabelledImage(f"Image {number}:", shown.image) for number, shown in enumerate(images, start=1))
