"""What the person at the command line sees while the comic is being drawn."""

import sys
from types import TracebackType
from typing import Protocol, Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.text import Text

from client.repeating import ComingBack
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


class Show(Protocol):
    """Shows a generation; used as a context manager around it."""

    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
    def say(self, text: str) -> None:
        """Show a line that stays."""
        ...

    def tell(self, message: StreamMessage) -> None:
        """Show what a message of the stream means."""
        ...

    def recall(self, message: StreamMessage) -> None:
        """Take in what was so before, without making news of it."""
        ...


def open_show(console: Console) -> Show:
    """Return bars for a terminal, and plain lines for anything else."""
    return BarShow(console) if console.is_terminal else LineShow(console)


def report_interruption(news: ComingBack) -> None:
    """Print a line about an interruption to standard error."""
    when = f"in {news.delay_s:.0f} s" if news.delay_s >= 1 else "now"
    print(f"interrupted: {one_line(news.reason).rstrip('.')}; trying again {when}", file=sys.stderr, flush=True)


def usage_line(usage: UsageReport) -> str:
    """Return what a generation used, and what it cost."""
    price = "price not known" if usage.price is None else f"{usage.price:.3f} {one_line(usage.currency)}"
    tokens = usage.input_tokens + usage.output_tokens
    return f"{usage.calls} calls, {usage.images} images, {tokens:,} tokens; {price}"


class LineShow:
    """One line for each piece of news."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing is left to clear away."""

    def say(self, text: str) -> None:
        self._console.print(Text(text), soft_wrap=True)

    def tell(self, message: StreamMessage) -> None:
        line = _line_of(message)
        if line is not None:
            self.say(line)

    def recall(self, message: StreamMessage) -> None:
        """Its lines are news only."""


class BarShow:
    """A bar for the characters, one for the panels, and the current step; news of trouble stay above them."""

    def __init__(self, console: Console) -> None:
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

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def say(self, text: str) -> None:
        self._progress.console.print(Text(text), soft_wrap=True)

    def tell(self, message: StreamMessage) -> None:
        match message:
            case AnalysisMessage(data=analysis):
                self.say(f"“{one_line(analysis.title)}”")
            case StatusMessage(step="reconnect"):
                pass
            case StatusMessage(message=text):
                self._progress.update(self._step, description=one_line(text))
            case ErrorMessage():
                self.say(_failure_line(message))
            case CompleteMessage(usage=usage):
                if usage is not None:
                    self.say(f"used: {usage_line(usage)}")
                self._progress.update(self._step, description="Finished", total=1, completed=1)
            case _:
                pass
        self.recall(message)

    def recall(self, message: StreamMessage) -> None:
        match message:
            case AnalysisMessage(data=analysis):
                self._progress.update(self._characters, total=len(analysis.characters), visible=True)
            case ChunksMessage(data=breakdown):
                self._progress.update(self._panels, total=len(breakdown.panels), visible=True)
            case CharacterMessage(index=index):
                self._advance("character", index)
            case PanelMessage(panel_number=index):
                self._advance("panel", index)
            case _:
                pass

    def _advance(self, kind: str, index: int) -> None:
        if (kind, index) not in self._seen:  # made again, it is no further one
            self._seen.add((kind, index))
            self._progress.advance(self._characters if kind == "character" else self._panels)


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
            line = _failure_line(message)
        case CompleteMessage(usage=UsageReport() as usage):
            line = f"used: {usage_line(usage)}"
        case _:
            pass
    return line


def _failure_line(message: ErrorMessage) -> str:
    kind = "trouble, trying again" if message.retrying else "failed"
    return f"{kind}: {one_line(message.message)}"
