"""Command line: `python -m tools.benchmarks.steps_alone --ready-file PATH`, with the app's settings in the environment.

`POST /comics?count=N` makes N comics at once and answers the seconds that it took.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import partial

import function_app
from shared.model.lazy import preload_model
from tools.benchmarks.comics_api import MakeComic, serve_steps
from tools.benchmarks.steps_alone.comics import make_comic


def main() -> None:
    """Serve until the process is told to end."""
    serve_steps("tools.benchmarks.steps_alone", __doc__, _running)


@asynccontextmanager
async def _running() -> AsyncGenerator[MakeComic]:
    preload_model()
    yield partial(make_comic, function_app.resolve_step_deps())


if __name__ == "__main__":
    main()
