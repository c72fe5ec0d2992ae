"""Command line: `python -m tools.benchmarks.dbos_baseline --ready-file PATH --model URL --data DIRECTORY`.

`POST /comics?count=N` makes N comics at once and answers the seconds that it took.
"""

import argparse
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from dbos import DBOS

from tools.benchmarks.comics_api import MakeComic, comics_api
from tools.benchmarks.dbos_baseline.comics import Model, launch
from tools.benchmarks.serving import serve


def main() -> None:
    """Serve until the process is told to end."""
    parser = argparse.ArgumentParser(prog="python -m tools.benchmarks.dbos_baseline", description=__doc__)
    parser.add_argument("--ready-file", type=Path, required=True)
    parser.add_argument("--model", required=True, help="address of the model")
    parser.add_argument("--data", type=Path, required=True, help="folder for the store and the images")
    given = parser.parse_args()
    serve(comics_api(_running(given.data, Model(given.model))), given.ready_file)


@asynccontextmanager
async def _running(data: Path, model: Model) -> AsyncGenerator[MakeComic]:
    yield launch(data, model)
    DBOS.destroy()
    await model.close()


if __name__ == "__main__":
    main()
