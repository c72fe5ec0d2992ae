"""Memory and CPU time of a process."""

import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass

import psutil

_SAMPLE_INTERVAL_S = 0.02


@dataclass(slots=True)
class Peak:
    """The largest resident memory that was seen, in bytes."""

    rss_bytes: int = 0


def rss_bytes(pid: int) -> int:
    """Return the process's resident memory."""
    return psutil.Process(pid).memory_info().rss


def cpu_percent(pid: int, duration_s: float) -> float:
    """Watch the process for that long and return how much of one core it used."""
    before_s, began_at_s = _cpu_s(pid), time.monotonic()
    time.sleep(duration_s)
    return 100 * (_cpu_s(pid) - before_s) / (time.monotonic() - began_at_s)


def _cpu_s(pid: int) -> float:
    times = psutil.Process(pid).cpu_times()
    return times.user + times.system


@contextmanager
def memory_peak(pid: int) -> Generator[Peak]:
    """Sample the process's resident memory while the block runs."""
    peak, is_over = Peak(rss_bytes(pid)), threading.Event()

    def watch() -> None:
        while not is_over.wait(_SAMPLE_INTERVAL_S):
            peak.rss_bytes = max(peak.rss_bytes, rss_bytes(pid))

    watching = threading.Thread(target=watch, name="memory-peak")
    watching.start()
    try:
        yield peak
    finally:
        is_over.set()
        watching.join()
