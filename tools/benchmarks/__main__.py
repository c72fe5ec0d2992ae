"""Command line: `python -m tools.benchmarks [ROW…]` measures all rows, or only the ones that are named."""

import argparse
import json
import os
import sys
import time
import traceback
from datetime import UTC, datetime
from pathlib import Path

from tools.benchmarks.report import Report, Row, table_of
from tools.benchmarks.rows import activity_memory, calls, cold_start, generations, growth, readers

ROWS = (
    Row("first-panel", "time to the first line and to the first panel", generations.measure_first_panel),
    Row("end-to-end", "a whole generation beside the critical path of its model calls", generations.measure_total),
    Row("readers", "memory and CPU of 1,000 waiting readers", readers.measure),
    Row("growth", "a generation with 1, 1,000 and 100,000 finished instances stored", growth.measure),
    Row("cold-start", "start of the host, beside an empty app's", cold_start.measure),
    Row("calls", "calls to storage, engine and model for one generation", calls.measure),
    Row("activity-memory", "memory with as many activities as host.json allows", activity_memory.measure),
)


def main() -> int:
    """Measure, print the table, and return 0 if every limit is met, 1 if one is missed, 2 if a row failed to run."""
    arguments = _parse()
    out: Path = arguments.out
    out.mkdir(parents=True, exist_ok=True)
    reports = [_measured(row, out) for row in ROWS if not arguments.row or row.name in arguments.row]
    complete = [report for report in reports if report is not None]
    print(f"\n{table_of(complete)}\nThe figures are in {out}.")
    if len(complete) < len(reports):
        return 2
    return 0 if all(report.meets_limits for report in complete) else 1


def _measured(row: Row, out: Path) -> Report | None:
    """Measure the row and write its JSON; on an error print it and return None, so that the other rows still run."""
    print(f"{row.name}: {row.about} …", end="", flush=True)
    began_at_s, load = time.monotonic(), os.getloadavg()[0]
    try:
        report = row.measure()
    except Exception:  # noqa: BLE001 - reported; the other rows still run
        print(" failed")
        traceback.print_exc()
        return None
    took_s = time.monotonic() - began_at_s
    print(f" {took_s:.0f} s")
    conditions = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "tookSeconds": round(took_s, 1),
        "cores": os.cpu_count(),
        "loadBefore": round(load, 2),
        "python": sys.version.split()[0],
    }
    text = json.dumps({"conditions": conditions, **report.to_json()}, indent=2, ensure_ascii=False)
    (out / f"{row.name}.json").write_text(text + "\n")
    return report


def _parse() -> argparse.Namespace:
    names = [row.name for row in ROWS]
    parser = argparse.ArgumentParser(
        prog="python -m tools.benchmarks",
        description=__doc__,
        epilog="\n".join(["rows:", *(f"  {row.name:<18}{row.about}" for row in ROWS)]),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("row", nargs="*", metavar="ROW", help="a row to measure (default: all)")
    parser.add_argument("--out", type=Path, default=Path("out/bench"), help="folder for the JSON files")
    arguments = parser.parse_args()
    if unknown := [name for name in arguments.row if name not in names]:
        parser.error(f"Unknown row: {', '.join(unknown)}. Choose from {', '.join(names)}.")
    return arguments


if __name__ == "__main__":
    sys.exit(main())
