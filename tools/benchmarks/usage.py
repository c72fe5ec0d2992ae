"""What a process uses: memory and processor time."""

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


def cpu_s(pid: int) -> float:
    """Return the processor time that the process has used so far."""
    times = psutil.Process(pid).cpu_times()
    return times.user + times.system


def cpu_s_by_thread(pid: int) -> dict[int, float]:
    """Return the processor time that each of the process's threads has used so far, by the system's id of it."""
    return {thread.id: thread.user_time + thread.system_time for thread in psutil.Process(pid).threads()}


def cpu_share(pid: int, duration_s: float) -> float:
    """Watch the process for that long and return how much of one core it used, as a share."""
    before_s, began_at_s = cpu_s(pid), time.monotonic()
    time.sleep(duration_s)
    return (cpu_s(pid) - before_s) / (time.monotonic() - began_at_s)


@contextmanager
def memory_peak(pid: int) -> Generator[Peak]:
    """Watch the process's resident memory while the block runs."""
    peak, process, is_over = Peak(rss_bytes(pid)), psutil.Process(pid), threading.Event()

    def watch() -> None:
        while not is_over.wait(_SAMPLE_INTERVAL_S):
            peak.rss_bytes = max(peak.rss_bytes, process.memory_info().rss)

    watching = threading.Thread(target=watch, name="memory-peak")
    watching.start()
    try:
        yield peak
    finally:
        is_over.set()
        watching.join()
