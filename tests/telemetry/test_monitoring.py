"""The workbook, the alert rules and the docs use the names of the app's metrics and attributes."""

import json
import re
from pathlib import Path

import pytest

from shared.telemetry.metrics import COUNTERS, HISTOGRAMS

ROOT = Path(__file__).resolve().parents[2]
RULES = (ROOT / "infra" / "monitoring.bicep").read_text()
WORKBOOK = (ROOT / "infra" / "monitoring" / "workbook.json").read_text()
DOCS = (ROOT / "docs" / "telemetry.md").read_text()
NAMES = {metric.name for metric in (*COUNTERS, *HISTOGRAMS)}
ATTRIBUTES = {"manga.outcome", "manga.work", "manga.round", "manga.phase", "manga.step.kind"}
# Attributes of spans only, and the ones that a name of a metric begins with.
OF_SPANS = {"manga.generation.id", "manga.step.index"}


@pytest.mark.parametrize("text", [RULES, WORKBOOK, DOCS], ids=["rules", "workbook", "docs"])
def test_queries_name_only_existing_metrics_and_attributes(text: str) -> None:
    asked = set(re.findall(r"\b((?:manga|gen_ai\.client)(?:\.[a-z_]+)+)", text))

    assert asked <= NAMES | ATTRIBUTES | OF_SPANS


def test_every_metric_is_described() -> None:
    assert set(re.findall(r"^\| `([a-z_.]+)` \|", DOCS, re.MULTILINE)) >= NAMES


def test_queries_of_the_workbook_have_a_title() -> None:
    items = json.loads(WORKBOOK)["items"]
    queries = [item["content"] for item in items if item["type"] == 3]

    assert queries
    assert all(content["title"] and content["query"] for content in queries)


def test_targets_are_the_same_everywhere() -> None:
    for name, value in (("completeTargetPercent", 95), ("criticalTargetPercent", 2), ("firstPanelTargetSeconds", 90)):
        assert f"param {name} int = {value}\n" in RULES
    told = (
        "over 95 % of generations complete, under 2 % end with a critical error, "
        "95 of 100 have their first panel within 90 s"
    )
    assert told in WORKBOOK
    assert told in " ".join(DOCS.split())
