"""Paths of this app."""

from shared.names import ItemKind


def stream_path(generation_id: str) -> str:
    """Return the path of a generation's stream."""
    return f"/api/generate-manga-stream/{generation_id}"


def generation_path(generation_id: str) -> str:
    """Return the path of a generation's state."""
    return f"/api/generations/{generation_id}"


def image_path(generation_id: str, kind: ItemKind, index: int, version: int) -> str:
    """Return the path of a drawn image."""
    return f"{generation_path(generation_id)}/images/{kind}s/{index}/{version}"


def export_path(generation_id: str) -> str:
    """Return the path of a generation's export, without its query (`format`, `direction`)."""
    return f"{generation_path(generation_id)}/export"
