"""Where a process spends its processor time, by parts of the program: py-spy samples its stacks from outside."""

import os
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

_SAMPLES_PER_S = 200
_START_TIMEOUT_S = 20
_LEAVES_SHOWN = 25

# Which part of the program a file belongs to. A sample counts for the first of its frames, from the innermost on,
# that is in the list: a library's time is its caller's, unless the library itself is listed.
PARTS: Sequence[tuple[str, str]] = (
    ("/azure/durable_functions/orchestrator.py", "SDK replay"),
    ("/azure/durable_functions/models/Task", "SDK replay"),
    ("/azure/durable_functions/models/history/", "SDK replay"),
    ("/azure/durable_functions/models/DurableOrchestrationContext.py", "SDK replay"),
    ("/azure/durable_functions/", "status calls"),
    ("/azure/storage/", "storage"),
    ("/azure/core/", "storage"),
    ("/shared/adapters/blobs.py", "storage"),
    ("/google/genai/", "model client"),
    ("/shared/adapters/gemini.py", "model client"),
    ("/shared/images.py", "image check"),
    ("/orchestrators/", "SDK replay"),
    ("/shared/ledger.py", "ledger"),
    ("/api/streaming.py", "stream"),
    ("/api/rendering.py", "stream"),
    ("/api/tail.py", "stream"),
    ("/api/", "api"),
    ("/activities/", "activities"),
    ("/azure_functions_runtime/", "worker"),
    ("/azurefunctions/", "worker"),
    ("/fastapi/", "worker"),
    ("/starlette/", "worker"),
    ("/uvicorn/", "worker"),
    ("/devhost/engine/", "host engine"),
    ("/devhost/", "host"),
    ("/aiohttp/", "sockets and event loop"),
    ("/asyncio/", "sockets and event loop"),
)
OTHER = "other"


@dataclass(slots=True)
class Profile:
    """Milliseconds by part, and by function for the costliest; empty where processes can't be looked into."""

    parts: Mapping[str, float] = field(default_factory=dict[str, float])
    functions: Mapping[str, float] = field(default_factory=dict[str, float])
    problem: str = ""

    def per(self, count: int) -> "Profile":
        """Return the costs of one of `count` pieces of work."""
        parts = {name: cost / count for name, cost in self.parts.items()}
        return Profile(parts, {name: cost / count for name, cost in self.functions.items()}, self.problem)

    def notes(self) -> list[str]:
        """Return the costliest functions as a sentence, or why there are none."""
        if self.problem:
            return [f"No profile: {self.problem}"]
        leaves = sorted(self.functions.items(), key=lambda leaf: -leaf[1])[:_LEAVES_SHOWN]
        return ["Costliest functions: " + ", ".join(f"{name} {cost:.1f} ms" for name, cost in leaves[:6])]


@contextmanager
def profiled(pid: int) -> Generator[Profile]:
    """Sample the process while the block runs; the profile is filled in when it ends."""
    profile = Profile()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        stacks = Path(folder) / "stacks.txt"
        sampler = _start(pid, stacks)
        try:
            yield profile
        finally:
            sampler.send_signal(signal.SIGINT)
            _, said = sampler.communicate(timeout=_START_TIMEOUT_S)
        if stacks.exists():
            lines = stacks.read_text().splitlines()
            profile.parts, profile.functions = parts_of(lines), functions_of(lines)
        else:
            profile.problem = (said.strip().splitlines() or ["py-spy gave no reason"])[-1]


def parts_of(stacks: Iterable[str]) -> dict[str, float]:
    """Return milliseconds by part. A line is a stack, outermost frame first, and how many samples had it."""
    costs: Counter[str] = Counter()
    for frames, count in _parsed(stacks):
        costs[_part(frames)] += count
    return _milliseconds(costs)


def functions_of(stacks: Iterable[str]) -> dict[str, float]:
    """Return milliseconds by innermost function."""
    costs: Counter[str] = Counter()
    for frames, count in _parsed(stacks):
        costs[_short(frames[-1])] += count
    return _milliseconds(costs)


def _start(pid: int, stacks: Path) -> subprocess.Popen[str]:
    program = Path(sys.executable).parent / "py-spy"
    command = [program, "record", "--pid", str(pid), "--format", "raw", "--full-filenames", "--nonblocking", "--gil"]
    options = ["--rate", str(_SAMPLES_PER_S), "--output", str(stacks)]
    return subprocess.Popen(  # noqa: S603 - a program of our own environment
        [*map(str, command), *options],
        env=dict(os.environ),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def _parsed(stacks: Iterable[str]) -> Iterator[tuple[list[str], int]]:
    """Yield each stack's frames and its samples; a line that was misread is left out: the process is not paused."""
    for line in stacks:
        stack, _, count = line.rpartition(" ")
        if stack and count.isdecimal():
            yield stack.split(";"), int(count)


def _part(frames: Sequence[str]) -> str:
    for frame in reversed(frames):
        for path, part in PARTS:
            if path in frame:
                return part
    return OTHER


def _short(frame: str) -> str:
    """`run (/long/way/to/asyncio/runners.py:118)` becomes `asyncio/runners.py run`."""
    name, _, place = frame.partition(" (")
    return f"{'/'.join(place.partition(':')[0].rsplit('/', 2)[-2:])} {name}"


def _milliseconds(samples: Mapping[str, int]) -> dict[str, float]:
    return {name: count * 1000 / _SAMPLES_PER_S for name, count in samples.items()}
