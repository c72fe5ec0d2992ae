"""Chooses the telemetry by the settings; its SDK is imported only if telemetry is on."""

import importlib

from shared.settings import Settings
from shared.telemetry.port import NO_TELEMETRY, Telemetry

_ADAPTER = "shared.telemetry.opentelemetry"


def make_telemetry(settings: Settings) -> Telemetry:
    """Return the telemetry that the settings ask for.

    Raises:
        NotConfigured: the exporter's address is missing.
    """
    if settings.telemetry_exporter == "none":
        return NO_TELEMETRY
    telemetry: Telemetry = importlib.import_module(_ADAPTER).open_telemetry(settings)
    return telemetry
