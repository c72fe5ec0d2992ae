"""`python -m tests.faults --generations 200 --seed 1`: the command behind `make soak`."""

import argparse
import sys
import tempfile
from pathlib import Path

from tests.faults.runner import run_soak


def main() -> int:
    """Run the generations, print what came of them, and return 1 if anything is wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--generations", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--data", type=Path, help="where to leave the processes' state and logs")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        data: Path = arguments.data or Path(folder)
        summary = run_soak(arguments.generations, arguments.seed, data, tell=_tell)
    print(summary)
    return 0 if summary.is_clean else 1


def _tell(news: str) -> None:
    print(news, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
