"""`python -m tools.devstack run|demo|sample`: `make run`, `make demo`, and the sample comic of the page."""

import argparse
import signal
import sys
from pathlib import Path

from tools.devstack.demo import run_demo
from tools.devstack.processes import StartFailed
from tools.devstack.sample import make_sample
from tools.devstack.stack import REPOSITORY, Stack, StackOptions

_INTERRUPTED = 130
_EXAMPLES = {None: "lighthouse.txt", "auto": "long/voyage.txt"}


def main() -> int:
    """Run the command and return its exit status."""
    arguments = _parse()
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        if arguments.command == "demo":
            story = arguments.story or REPOSITORY / "examples" / _EXAMPLES[arguments.chapters]
            return run_demo(story.resolve(), _options(arguments), arguments.out.resolve(), agreed=arguments.yes)
        if arguments.command == "sample":
            return make_sample(arguments.story.resolve())
        return _run(arguments.port, arguments.data)
    except StartFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return _INTERRUPTED


def _options(arguments: argparse.Namespace) -> list[str]:
    """Return the options of the client's `generate`."""
    given = {
        "--style": arguments.style,
        "--style-text": arguments.style_text,
        "--chapters": arguments.chapters,
        "--lettering": arguments.lettering,
        "--language": arguments.language,
    }
    return [word for name, value in given.items() if value for word in (name, value)]


def _run(port: int, data: Path) -> int:
    """Serve the app until Ctrl-C, or until one of its processes ends by itself."""
    with Stack(StackOptions(data, port, host_output_shown=True)) as stack:
        model = stack.emulator.url if stack.emulator else "the model of your settings"
        print(f"\nThe app is at {stack.url} (model: {model}; state in {data}). Stop it with Ctrl-C.", flush=True)
        try:
            return stack.host.process.wait() if stack.host else 1
        except KeyboardInterrupt:
            print("\nStopping. Unfinished generations continue at the next start.", flush=True)
            return 0


def _interrupt(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.devstack", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="serve the app until Ctrl-C")
    run.add_argument("--port", type=int, default=7071)
    run.add_argument("--data", type=Path, default=Path(".data"))
    demo = commands.add_parser("demo", help="turn a story into a manga")
    demo.add_argument("--story", type=Path, help="(default: an example)")
    demo.add_argument("--chapters", choices=["auto"], help="cut a long text into chapters")
    demo.add_argument("--style", choices=["manga", "comic"], default="manga")
    demo.add_argument("--style-text", help="how it is to be drawn, such as 'ink wash, soft light'")
    demo.add_argument("--lettering", choices=["drawn", "text"], help="text: the app sets the words over the pictures")
    demo.add_argument("--language", help="language of the title and the words, such as ja (default: the story's)")
    demo.add_argument("--out", type=Path, default=Path("out"))
    demo.add_argument("--yes", action="store_true", help="agree to the price, if a real model draws")
    sample = commands.add_parser("sample", help="draw the sample comic of the page again")
    sample.add_argument("--story", type=Path, default=REPOSITORY / "examples" / "pudding.txt")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
