"""Command line: `python -m tools.gemini_emulator`."""

import argparse
import sys
from pathlib import Path

from pydantic import ValidationError

from tools.gemini_emulator.app import Emulator
from tools.gemini_emulator.control.faults import FAULT_RULES, FaultPlan, FaultRule
from tools.gemini_emulator.control.latency import Latency
from tools.gemini_emulator.control.rates import RateLimit, RateLimits
from tools.gemini_emulator.models import ModelCatalogue
from tools.gemini_emulator.server import serve


def main(arguments: list[str] | None = None) -> int:
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        emulator = Emulator(
            catalogue=ModelCatalogue(
                only=frozenset(options.model) if options.model else None, missing=frozenset(options.missing_model)
            ),
            rates=RateLimits(dict(map(_model_rate, options.rate))),
            faults=FaultPlan(_fault_rules(options.fault, options.faults_file)),
            latency=Latency(
                text=options.text_latency,
                image=options.image_latency,
                models=dict(map(_model_latency, options.latency)),
            ),
        )
    except (ValidationError, ValueError, OSError) as error:
        parser.error(str(error))
    serve(emulator, options.host, options.port, options.ready_file)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tools.gemini_emulator",
        description="A local Gemini REST API that reads stories and draws storyboard panels.",
    )
    add = parser.add_argument
    add("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    add("--port", type=int, default=0, help="port to listen on; 0 takes a free one (default: %(default)s)")
    add("--ready-file", type=Path, metavar="PATH", help='JSON {"port", "pid"}, written when requests are answered')
    add("--text-latency", type=float, default=0.0, metavar="S", help="seconds before a text answer")
    add("--image-latency", type=float, default=0.0, metavar="S", help="seconds before an image answer")
    add("--latency", action="append", default=[], metavar="MODEL=S", help="seconds before an answer of that model")
    add("--model", action="append", default=[], metavar="ID", help="only the models so named exist (default: gemini-*)")
    add("--missing-model", action="append", default=[], metavar="ID", help="a model that does not exist")
    add("--rate", action="append", default=[], metavar="MODEL=N", help="calls of that model that are admitted a minute")
    add("--fault", action="append", default=[], metavar="JSON", help="a fault rule, as for PUT /emulator/faults")
    add("--faults-file", type=Path, metavar="PATH", help="a JSON list of fault rules")
    return parser


def _fault_rules(single: list[str], file: Path | None) -> list[FaultRule]:
    rules = [FaultRule.model_validate_json(rule) for rule in single]
    return rules + (FAULT_RULES.validate_json(file.read_bytes()) if file else [])


def _model_latency(option: str) -> tuple[str, float]:
    model, seconds = _model_and_value(option, "--latency", "SECONDS")
    return model, float(seconds)


def _model_rate(option: str) -> tuple[str, RateLimit]:
    model, calls = _model_and_value(option, "--rate", "N")
    return model, RateLimit(calls=int(calls))


def _model_and_value(option: str, name: str, what: str) -> tuple[str, str]:
    model, _, value = option.rpartition("=")
    if not model:
        raise ValueError(f"{name} {option!r}: write it as MODEL={what}")
    return model, value


if __name__ == "__main__":
    sys.exit(main())
