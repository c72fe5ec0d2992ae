"""A longer run by hand: `python -m tests.fuzz --examples 500 --seed 7`."""

import argparse
import sys
import tempfile
from pathlib import Path

from tests.fuzz.fuzz import FuzzOptions, fuzz
from tests.fuzz.prepared_app import prepared_app


def main() -> int:
    """Run the fuzzer, print its report, and return 1 if there are failures."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--examples", type=int, default=200, help="cases for each operation (default 200)")
    parser.add_argument("--seed", type=int, default=1, help="seed of the random generator (default 1)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as data, prepared_app(Path(data)) as app:
        report = fuzz(app, app.description(), FuzzOptions(arguments.examples, arguments.seed))
    for label, counts in sorted(report.answers.items()):
        statuses = ", ".join(f"{status}: {count}" for status, count in sorted(counts.items()))
        print(f"{label}  {statuses}")
    for failure in report.failures:
        print(f"\n{failure}")
    print(f"\n{report.summary}")
    return 1 if report.failures else 0


if __name__ == "__main__":
    sys.exit(main())
