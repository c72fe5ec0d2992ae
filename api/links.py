"""Paths of this app."""

from shared.models.step_ref import StepRef


def stream_path(generation_id: str) -> str:
    """Return the path of a generation's stream."""
    return f"/api/generate-manga-stream/{generation_id}"


def generation_path(generation_id: str) -> str:
    """Return the path of a generation's state."""
    return f"/api/generations/{generation_id}"


def image_path(step: StepRef) -> str:
    """Return the path of a drawn image."""
    return f"{generation_path(step.generation_id)}/images/{step.kind}s/{step.index}/{step.version}"


def export_path(generation_id: str) -> str:
    """Return the path of a generation's export, without its query (`format`, `direction`)."""
    return f"{generation_path(generation_id)}/export"
