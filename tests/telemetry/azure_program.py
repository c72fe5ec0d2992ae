"""A program that sends each kind of telemetry to Application Insights, and ends as the host does."""

import logging
import os

from shared.settings import load_settings
from shared.telemetry.lazy import make_telemetry
from shared.telemetry.metrics import ENDED, FIRST_PANEL


def main() -> None:
    telemetry = make_telemetry(load_settings(os.environ))
    with telemetry.span("POST generate-manga-stream", {}, kind="server"), telemetry.span("step panel", {}):
        fields = {"action": "generation_ended", "first_panel_s": 3.0}
        logging.getLogger("activities.ledger").info("A generation has ended", extra=fields)
    telemetry.count(ENDED, {"manga.outcome": "complete"})
    telemetry.record(FIRST_PANEL, 3, {"manga.outcome": "complete"})
    logging.shutdown()


if __name__ == "__main__":
    main()
