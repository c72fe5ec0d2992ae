"""Command line: `python -m tools.benchmarks.model_stub --ready-file PATH`."""

import argparse
from pathlib import Path

from tools.benchmarks.model_stub.server import ModelStub, StubOptions
from tools.benchmarks.serving import serve


def main() -> None:
    """Serve until the process is told to end."""
    given = _parse()
    options = StubOptions(
        text_latency_s=given.text_latency,
        image_latency_s=given.image_latency,
        jitter=given.jitter,
        image_bytes=given.image_bytes,
    )
    serve(ModelStub(options).build(), given.ready_file)


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.benchmarks.model_stub", description=__doc__)
    parser.add_argument("--ready-file", type=Path, required=True, help='JSON {"port"}, written when requests are taken')
    parser.add_argument("--text-latency", type=float, default=0, help="seconds before a text answer")
    parser.add_argument("--image-latency", type=float, default=0, help="seconds before an image answer")
    parser.add_argument("--jitter", type=float, default=0, help="share by which latencies differ from call to call")
    parser.add_argument("--image-bytes", type=int, default=0, help="size of a picture (default: a small one)")
    return parser.parse_args()


if __name__ == "__main__":
    main()
