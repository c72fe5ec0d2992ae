"""The calls of Pillow whose published types are incomplete, in one place."""

from collections.abc import Sequence

from PIL import Image


def mapped(image: Image.Image, table: Sequence[int]) -> Image.Image:
    """Return an image of mode L with every value looked up in a table of 256."""
    return image.point(list(table))  # pyright: ignore[reportUnknownMemberType] - Pillow types the table's callback loosely


def stretched(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Return an image at another size."""
    return image.resize(size)  # pyright: ignore[reportUnknownMemberType] - Pillow types the size as any array, too


def from_values(size: tuple[int, int], values: Sequence[int]) -> Image.Image:
    """Return an image of mode L from its values, row by row."""
    return Image.frombytes("L", size, bytes(values))
