"""The telemetry that the settings ask for: none costs nothing, not even the import of its SDK."""

import importlib

from shared.settings import Settings
from shared.telemetry.port import NO_TELEMETRY, Telemetry

_ADAPTER = "shared.telemetry.opentelemetry"


def make_telemetry(settings: Settings) -> Telemetry:
    """Return where spans and figures go.

    Raises:
        NotConfigured: the exporter lacks the address to send to.
    """
    if settings.telemetry_exporter == "none":
        return NO_TELEMETRY
    telemetry: Telemetry = importlib.import_module(_ADAPTER).open_telemetry(settings)
    return telemetry
