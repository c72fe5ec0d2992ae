"""Command line: `python -m tools.benchmarks [ROW…]` measures all rows, or those that are named."""

import argparse
import json
import os
import sys
import time
import traceback
from datetime import UTC, datetime
from pathlib import Path

from tools.benchmarks.catalogue import ROWS
from tools.benchmarks.plots import draw
from tools.benchmarks.report import Report, Row
from tools.benchmarks.table import table_of


def main() -> int:
    """Measure, print the table, and return 0 if every limit is kept, 1 if one is missed, 2 if a row broke down."""
    arguments = _parse()
    out: Path = arguments.out
    out.mkdir(parents=True, exist_ok=True)
    reports = [_measured(row, out) for row in ROWS if not arguments.row or row.name in arguments.row]
    whole = [report for report in reports if report is not None]
    print(f"\n{table_of(whole)}\nJSON and plots are in {out}.")
    draw(whole, out)
    if len(whole) < len(reports):
        return 2
    return 0 if all(report.is_reached for report in whole) else 1


def _measured(row: Row, out: Path) -> Report | None:
    """Measure the row and write its JSON; None if it breaks down, with the reason on the terminal."""
    print(f"{row.name}: {row.about} …", end="", flush=True)
    began_at_s, load = time.monotonic(), os.getloadavg()[0]
    try:
        report = row.measure()
    except Exception:  # noqa: BLE001 - one row's breakdown is shown, and takes no other row with it
        print(" broke down")
        traceback.print_exc()
        return None
    took_s = time.monotonic() - began_at_s
    print(f" {took_s:.0f} s")
    circumstances = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "tookSeconds": round(took_s, 1),
        "cores": os.cpu_count(),
        "loadBefore": round(load, 2),
        "python": sys.version.split()[0],
    }
    text = json.dumps({"circumstances": circumstances, **report.to_json()}, indent=2, ensure_ascii=False)
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
    parser.add_argument("--out", type=Path, default=Path("out/bench"), help="folder for JSON and plots")
    arguments = parser.parse_args()
    if unknown := [name for name in arguments.row if name not in names]:
        parser.error(f"There is no row {', '.join(unknown)}; there are {', '.join(names)}.")
    return arguments


if __name__ == "__main__":
    sys.exit(main())
