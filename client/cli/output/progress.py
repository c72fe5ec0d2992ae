"""Progress on the terminal while the comic is drawn."""

import sys
from collections.abc import Collection
from typing import Self, override

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.text import Text

from client.cli.output.descriptions import describe_usage
from client.retries import ComingBack
from shared.models.messages import (
    AnalysisMessage,
    CharacterMessage,
    ChunksMessage,
    CompleteMessage,
    ErrorMessage,
    PanelMessage,
    StatusMessage,
    StreamMessage,
)
from shared.models.usage import UsageReport
from shared.text.clean import one_line


def report_interruption(retry: ComingBack) -> None:
    """Print a line about a retry to standard error."""
    when = f"in {retry.delay_s:.0f} s" if retry.delay_s >= 1 else "now"
    print(f"interrupted: {one_line(retry.reason).rstrip('.')}; trying again {when}", file=sys.stderr, flush=True)


class LineDisplay:
    """Shows the progress of a generation, one line for each message; used as a context manager."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing to clear."""

    def print(self, text: str) -> None:
        """Print a line that stays."""
        self._console.print(Text(text), soft_wrap=True)

    def show(self, message: StreamMessage) -> None:
        """Show a new message."""
        line = _line_of(message)
        if line is not None:
            self.print(line)

    def show_earlier(self, message: StreamMessage) -> None:
        """Count a message from before this command; it has no line."""


class BarDisplay(LineDisplay):
    """Bars for the characters and the panels, and the current step; errors are printed above them."""

    def __init__(self, console: Console) -> None:
        super().__init__(console)
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
        )
        self._step = self._progress.add_task("Reading the story", total=None)
        self._characters = self._progress.add_task("Characters", total=None, visible=False)
        self._panels = self._progress.add_task("Panels", total=None, visible=False)
        self._seen: set[tuple[str, int]] = set()

    @override
    def __enter__(self) -> Self:
        self._progress.start()
        return self

    @override
    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    @override
    def show(self, message: StreamMessage) -> None:
        match message:
            case AnalysisMessage(data=analysis):
                self.print(f"“{one_line(analysis.title)}”")
            case StatusMessage(step=step, message=text) if step != "reconnect":
                self._progress.update(self._step, description=one_line(text))
            case ErrorMessage():
                self.print(_error_line(message))
            case CompleteMessage(usage=usage):
                if usage is not None:
                    self.print(f"used: {describe_usage(usage)}")
                self._progress.update(self._step, description="Finished", total=1, completed=1)
            case _:
                pass
        self.show_earlier(message)

    @override
    def show_earlier(self, message: StreamMessage) -> None:
        match message:
            case AnalysisMessage(data=analysis, outdated=outdated):
                self._plan("character", len(analysis.characters), outdated or ())
            case ChunksMessage(data=breakdown, outdated=outdated):
                self._plan("panel", len(breakdown.panels), outdated or ())
            case CharacterMessage(index=index):
                self._advance("character", index)
            case PanelMessage(panel_number=index):
                self._advance("panel", index)
            case _:
                pass

    def _plan(self, kind: str, total: int, outdated: Collection[int]) -> None:
        """Show how many images are planned, and count only those that still belong to the plan."""
        self._seen = {
            (of, index) for of, index in self._seen if of != kind or (index < total and index not in outdated)
        }
        task = self._characters if kind == "character" else self._panels
        done = sum(of == kind for of, _ in self._seen)
        self._progress.update(task, total=total, completed=done, visible=True)

    def _advance(self, kind: str, index: int) -> None:
        if (kind, index) not in self._seen:  # a new version of an image does not count twice
            self._seen.add((kind, index))
            self._progress.advance(self._characters if kind == "character" else self._panels)


def open_display(console: Console) -> LineDisplay:
    """Return progress bars for a terminal, and plain lines for anything else."""
    return BarDisplay(console) if console.is_terminal else LineDisplay(console)


def _line_of(message: StreamMessage) -> str | None:
    line: str | None = None
    match message:
        case AnalysisMessage(data=analysis):
            line = f"“{one_line(analysis.title)}”, with {', '.join(one_line(who.name) for who in analysis.characters)}"
        case ChunksMessage(data=breakdown):
            line = f"{len(breakdown.panels)} panels planned"
        case CharacterMessage(data=character):
            line = f"character {one_line(character.name)} is drawn"
        case PanelMessage(panel_number=index):
            line = f"panel {index + 1} is drawn"
        case StatusMessage(step=step, message=text) if step != "reconnect":
            line = one_line(text)
        case ErrorMessage():
            line = _error_line(message)
        case CompleteMessage(usage=UsageReport() as usage):
            line = f"used: {describe_usage(usage)}"
        case _:
            pass
    return line


def _error_line(message: ErrorMessage) -> str:
    kind = "error, trying again" if message.retrying else "failed"
    return f"{kind}: {one_line(message.message)}"
