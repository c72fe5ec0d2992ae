"""The model held still: whatever is asked of it waits, so that a test finds a drawing in its middle."""

import signal
from collections.abc import Generator
from contextlib import contextmanager

from tests.contract.running_app import RunningApp


@contextmanager
def model_held(app: RunningApp) -> Generator[None]:
    """Answer nothing until this is left; the app only sees a model that takes its time."""
    assert app.stack.emulator is not None
    process = app.stack.emulator.child.process
    process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        process.send_signal(signal.SIGCONT)


def calls_by_kind(app: RunningApp) -> dict[str, int]:
    """Return how often each kind of work was asked of the model."""
    return app.emulator.calls()["byKind"]


def stop_what_runs(app: RunningApp) -> None:
    """Cancel every generation that a test has left under way: the next one counts its own calls only."""
    for generation_id in app.runs():
        if "-" not in generation_id and ":" not in generation_id:
            app.http.post(f"/api/generations/{generation_id}/cancel")
