"""The exporter of telemetry is a setting; without it there is no telemetry."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from shared.errors import NotConfigured
from shared.settings import load_settings
from shared.telemetry.lazy import make_telemetry
from shared.telemetry.port import NO_TELEMETRY
from tests.support.collector import running_collector

ROOT = Path(__file__).resolve().parents[2]
# The exporter's reports on itself, which would go to Microsoft.
_QUIET = {"APPLICATIONINSIGHTS_STATSBEAT_DISABLED_ALL": "true"}


def test_telemetry_is_off_by_default() -> None:
    assert make_telemetry(load_settings({})) is NO_TELEMETRY


def test_missing_connection_string_is_named() -> None:
    with pytest.raises(NotConfigured, match="APPLICATIONINSIGHTS_CONNECTION_STRING is not set"):
        make_telemetry(load_settings({"TELEMETRY_EXPORTER": "azure"}))


def test_invalid_connection_string_is_named_and_not_shown() -> None:
    settings = load_settings({"TELEMETRY_EXPORTER": "azure", "APPLICATIONINSIGHTS_CONNECTION_STRING": "planted"})

    with pytest.raises(NotConfigured, match="APPLICATIONINSIGHTS_CONNECTION_STRING is none") as refused:
        make_telemetry(settings)

    assert "planted" not in str(refused.value)


def test_application_insights_gets_what_the_workbook_and_the_alerts_query(tmp_path: Path) -> None:
    with running_collector() as collector:
        key = "InstrumentationKey=00000000-0000-0000-0000-000000000001"
        settings = {
            "TELEMETRY_EXPORTER": "azure",
            "APPLICATIONINSIGHTS_CONNECTION_STRING": f"{key};IngestionEndpoint={collector.url}",
            "TMPDIR": str(tmp_path),
            **_QUIET,
        }
        ran = subprocess.run(
            [sys.executable, "-m", "tests.telemetry.azure_program"],
            cwd=ROOT,
            env={**os.environ, **settings},
            capture_output=True,
            text=True,
            check=True,
        )
        items = [item for _, body in collector.bodies for item in json.loads(body)]

    assert ran.stderr == ""
    ours = [item for item in items if item["tags"]["ai.cloud.role"] == "story-to-manga"]
    told = {(item["data"]["baseType"], _name(item["data"]["baseData"])): item["data"]["baseData"] for item in ours}
    assert ("RequestData", "POST generate-manga-stream") in told
    assert ("RemoteDependencyData", "step panel") in told
    ended = told["MetricData", "manga.generations"]
    assert (ended["metrics"][0]["value"], ended["properties"]) == (1, {"manga.outcome": "complete"})
    record = told["MessageData", "A generation has ended"]["properties"]
    assert (record["action"], record["first_panel_s"]) == ("generation_ended", "3.0")


def _name(data: dict[str, list[dict[str, str]] | str]) -> object:
    metrics = data.get("metrics")
    return metrics[0]["name"] if isinstance(metrics, list) else data.get("name", data.get("message"))
