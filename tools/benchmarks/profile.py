"""Where a process spends its processor time, by parts of the program: py-spy samples its stacks from outside.

It samples whoever holds the interpreter lock, which is the busiest thread more often than that works. So samples only
say what a thread did: how long it worked is what the system counts.
"""

import os
import re
import signal
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tools.benchmarks.usage import cpu_s_by_thread

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
    ("/shared/storage/azure_blobs.py", "storage"),
    ("/google/genai/", "model client"),
    ("/shared/model/gemini.py", "model client"),
    ("/shared/images/check.py", "image check"),
    ("/orchestrators/", "SDK replay"),
    ("/shared/models/ledger.py", "ledger"),
    ("/api/streaming/stream.py", "stream"),
    ("/api/streaming/renderer.py", "stream"),
    ("/api/streaming/poller.py", "stream"),
    ("/api/", "api"),
    ("/activities/", "activities"),
    ("/azure_functions_runtime/", "worker"),
    ("/azurefunctions/", "worker"),
    ("/fastapi/", "worker"),
    ("/starlette/", "worker"),
    ("/uvicorn/", "worker"),
    ("/tools/devhost/engine/", "host engine"),
    ("/tools/devhost/", "host"),
    ("/aiohttp/", "sockets and event loop"),
    ("/asyncio/", "sockets and event loop"),
)
OTHER = "other"
_THREAD = re.compile(r"thread \((\d+)\)")


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
        before_s = cpu_s_by_thread(pid)
        try:
            yield profile
        finally:
            after_s = cpu_s_by_thread(pid)
            sampler.send_signal(signal.SIGINT)
            _, said = sampler.communicate(timeout=_START_TIMEOUT_S)
        if stacks.exists():
            used_ms = {thread: (cpu_s - before_s.get(thread, 0)) * 1000 for thread, cpu_s in after_s.items()}
            profile.parts, profile.functions = costs_of(stacks.read_text().splitlines(), used_ms)
        else:
            profile.problem = (said.strip().splitlines() or ["py-spy gave no reason"])[-1]


def costs_of(stacks: Iterable[str], used_ms: Mapping[int, float]) -> tuple[dict[str, float], dict[str, float]]:
    """Return milliseconds by part and by innermost function.

    A stack is a line: `thread (17): its name`, its frames, outermost first, and how many samples had it. A thread's
    time is shared by its samples; what was never sampled is `OTHER`'s.
    """
    sampled: dict[int, list[tuple[list[str], int]]] = defaultdict(list)
    for thread, frames, count in _parsed(stacks):
        sampled[thread].append((frames, count))
    parts, functions = defaultdict[str, float](float), defaultdict[str, float](float)
    for thread, spent_ms in used_ms.items():
        samples = sum(count for _, count in sampled[thread])
        if not samples:
            parts[OTHER] += spent_ms
        for frames, count in sampled[thread]:
            parts[_part(frames)] += spent_ms * count / samples
            functions[_short(frames[-1])] += spent_ms * count / samples
    return dict(parts), dict(functions)


def _start(pid: int, stacks: Path) -> subprocess.Popen[str]:
    program = Path(sys.executable).parent / "py-spy"
    command = [program, "record", "--pid", str(pid), "--format", "raw", "--full-filenames", "--threads", "--gil"]
    options = ["--rate", str(_SAMPLES_PER_S), "--output", str(stacks)]
    return subprocess.Popen(  # noqa: S603 - a program of our own environment
        [*map(str, command), *options],
        env=dict(os.environ),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def _parsed(stacks: Iterable[str]) -> Iterator[tuple[int, list[str], int]]:
    """Yield each stack's thread, frames and samples."""
    for line in stacks:
        stack, _, count = line.rpartition(" ")
        thread, *frames = stack.split(";")
        if frames and (of_thread := _THREAD.match(thread)) and count.isdecimal():
            yield int(of_thread[1]), frames, int(count)


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
