"""How an orchestrator ended, kept until the tasks it left behind have ended too."""

import json
from dataclasses import dataclass
from typing import cast

from devhost.engine.records import RuntimeStatus


@dataclass(frozen=True, slots=True)
class Ending:
    """`output` and `continue_input` are JSON texts; the second is set when the orchestrator continues as new."""

    status: RuntimeStatus
    output: str | None = None
    continue_input: str | None = None


def ending_to_text(ending: Ending) -> str:
    return json.dumps([ending.status, ending.output, ending.continue_input])


def ending_from_text(text: str | None) -> Ending | None:
    if text is None:
        return None
    status, output, continue_input = cast("tuple[str, str | None, str | None]", json.loads(text))
    return Ending(RuntimeStatus(status), output, continue_input)
