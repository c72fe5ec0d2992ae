"""Paths of this app, as clients see them."""

from shared.names import ItemKind


def stream_path(generation_id: str) -> str:
    """Return where a generation's stream is read."""
    return f"/api/generate-manga-stream/{generation_id}"


def generation_path(generation_id: str) -> str:
    """Return where a generation's state is read."""
    return f"/api/generations/{generation_id}"


def image_path(generation_id: str, kind: ItemKind, index: int, version: int) -> str:
    """Return where a drawn image is read."""
    return f"{generation_path(generation_id)}/images/{kind}s/{index}/{version}"


def export_path(generation_id: str) -> str:
    """Return where a generation is exported; `format` and `direction` come as its query."""
    return f"{generation_path(generation_id)}/export"
