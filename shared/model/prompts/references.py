"""Which reference images go into a prompt: the image model takes at most 4 of characters and 10 of objects.

https://ai.google.dev/gemini-api/docs/image-generation#use-14-images
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from shared.storage.generations import NamedImage

MAX_OF_CHARACTERS = 4
# Settings and styles count as objects.
MAX_OF_OBJECTS = 10
MAX_REFERENCES = MAX_OF_CHARACTERS + MAX_OF_OBJECTS

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class References:
    """The reference images of one prompt, in the order in which they are shown."""

    characters: Sequence[NamedImage]
    objects: Sequence[NamedImage]


def choose_references(
    characters: Sequence[NamedImage], objects: Sequence[NamedImage], *, with_current: bool = False
) -> References:
    """Return as many of the references as the model takes: the first ones of each list.

    `with_current`: the prompt also has the drawing that is to be changed, which counts as an object.
    """
    chosen = References(characters[:MAX_OF_CHARACTERS], objects[: MAX_OF_OBJECTS - with_current])
    left_out_characters = len(characters) - len(chosen.characters)
    left_out_objects = len(objects) - len(chosen.objects)
    if left_out_characters or left_out_objects:
        _logger.info(
            "Reference images were left out of a prompt, since the model takes no more",
            extra={
                "action": "references_left_out",
                "left_out_characters": left_out_characters,
                "left_out_objects": left_out_objects,
            },
        )
    return chosen
