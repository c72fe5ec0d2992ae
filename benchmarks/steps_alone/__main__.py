"""Command line: `python -m benchmarks.steps_alone --ready-file PATH`, with the app's settings in the environment.

`POST /comics?count=N` makes N comics at once and answers the seconds that it took.
"""

import argparse
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import function_app
from benchmarks.comics_api import MakeComic, comics_api
from benchmarks.serving import serve
from benchmarks.steps_alone.comics import make_comic
from devhost.thread import new_event_loop
from shared.adapters.lazy_model import preload_model


def main() -> None:
    """Serve until the process is told to end, on the local host's kind of event loop."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.steps_alone", description=__doc__)
    parser.add_argument("--ready-file", type=Path, required=True)
    serve(comics_api(_running()), parser.parse_args().ready_file, new_event_loop)


@asynccontextmanager
async def _running() -> AsyncGenerator[MakeComic]:
    preload_model()
    yield partial(make_comic, function_app.resolve_step_deps())


if __name__ == "__main__":
    main()
