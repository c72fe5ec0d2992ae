"""Limits of the platform, so that an app that works here works there."""

import logging

#: Azure Storage backend: 16 KB, measured on the status JSON as UTF-16.
CUSTOM_STATUS_LIMIT_BYTES = 16 * 1024

#: Above this, the Azure Storage backend offloads a message to a blob, which is slow.
LARGE_PAYLOAD_BYTES = 45 * 1024

_logger = logging.getLogger("devhost.engine")


def custom_status_error(custom_status: str | None) -> str | None:
    """Why this custom status (JSON text) fails the orchestration, or None when it is small enough."""
    if custom_status is None:
        return None
    size = len(custom_status.encode("utf-16-le"))
    if size <= CUSTOM_STATUS_LIMIT_BYTES:
        return None
    return (
        "The UTF-16 size of the JSON-serialized payload must not exceed 16 KB. "
        f"The current payload size is {size / 1024:.1f} KB. (Parameter 'customStatusObject')"
    )


def warn_if_large(payload: str | None, what: str) -> None:
    """Log a payload that Azure would offload; `what` names the function and the direction."""
    if payload is None or len(payload) * 4 <= LARGE_PAYLOAD_BYTES:
        return
    size = len(payload.encode())
    if size > LARGE_PAYLOAD_BYTES:
        _logger.warning(
            "%s is %d bytes: above %d it is offloaded to a blob on Azure; pass a reference",
            what,
            size,
            LARGE_PAYLOAD_BYTES,
        )
