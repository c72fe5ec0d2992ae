"""Paths of this app."""

from urllib.parse import quote

from shared.models.http.share import ShareLink
from shared.models.step_ref import StepRef
from shared.storage.shares import Share


def stream_path(generation_id: str) -> str:
    """Return the path of a generation's stream."""
    return f"/api/generate-manga-stream/{generation_id}"


def generation_path(generation_id: str) -> str:
    """Return the path of a generation's state."""
    return f"/api/generations/{generation_id}"


def image_path(step: StepRef) -> str:
    """Return the path of a drawn image."""
    return f"{generation_path(step.generation_id)}/images/{step.kind}s/{step.index}/{step.version}"


def plan_path(generation_id: str) -> str:
    """Return the path of a generation's plan."""
    return f"{generation_path(generation_id)}/plan"


def lettering_path(generation_id: str) -> str:
    """Return the path of the texts of a comic whose lettering is text."""
    return f"{generation_path(generation_id)}/lettering"


def export_path(generation_id: str) -> str:
    """Return the path of a generation's export, without its query (`format`, `direction`)."""
    return f"{generation_path(generation_id)}/export"


def shared_path(token: str) -> str:
    """Return the path of a shared comic."""
    return f"/c/{quote(token, safe='')}"


def share_link(share: Share) -> ShareLink:
    """Return the link of a share, for clients."""
    return ShareLink(url=shared_path(share.token), expires=share.expires)
