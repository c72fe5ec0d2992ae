"""Paths of this app, as clients see them."""

from shared.models.step_ref import StepRef


def stream_path(generation_id: str) -> str:
    """Return where a generation's stream is read."""
    return f"/api/generate-manga-stream/{generation_id}"


def generation_path(generation_id: str) -> str:
    """Return where a generation's state is read."""
    return f"/api/generations/{generation_id}"


def image_path(step: StepRef) -> str:
    """Return where a drawn image is read."""
    return f"{generation_path(step.generation_id)}/images/{step.kind}s/{step.index}/{step.version}"


def export_path(generation_id: str) -> str:
    """Return where a generation is exported; `format` and `direction` come as its query."""
    return f"{generation_path(generation_id)}/export"
