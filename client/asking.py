"""The commands that ask the app for one thing and tell what it answered."""

from pathlib import Path

from client.comic_folder import default_folder
from client.commands import Asked, Cancel, Connection, Delete, Estimate, Export, Redo, Retry, Status
from client.errors import ConnectionLost, Unreachable
from client.exit_status import ExitStatus
from client.manga_client import MangaClient
from client.show import report_interruption, usage_line
from client.state import Counts, GenerationState
from client.words import suggest
from shared.models.http.estimate import Counted, GenerationEstimate
from shared.text.clean import one_line


class Asking:
    """One such command."""

    def __init__(self, connection: Connection, command: Asked) -> None:
        self._connection = connection
        self._command = command

    async def run(self) -> ExitStatus:
        """Ask, and print the answer (see `Job.run`)."""
        connection = self._connection
        async with MangaClient(connection.url, key=connection.key, on_coming_back=report_interruption) as client:
            print(await self._ask(client))
        return ExitStatus.OK

    def how_to_go_on(self, reason: BaseException) -> str:
        """See `Job.how_to_go_on`."""
        if isinstance(self._command, Estimate | Status | Export) or isinstance(reason, Unreachable):
            return ""
        if not isinstance(reason, ConnectionLost | KeyboardInterrupt):
            return ""
        look = suggest(self._connection, "status", self._command.generation_id)
        return f"Whether the app has heard it is not known. Look with:\n  {look}"

    def close(self) -> None:
        """Nothing is open."""

    async def _ask(self, client: MangaClient) -> str:
        match self._command:
            case Estimate(request):
                told = _describe_estimate(await client.estimate(request))
            case Status(generation_id):
                told = _describe(generation_id, await client.generation(generation_id))
            case Cancel(generation_id):
                await client.cancel(generation_id)
                told = "Cancelled: no further image is begun, and what is finished stays."
            case Retry(generation_id):
                await client.retry(generation_id)
                told = self._started(generation_id)
            case Redo(generation_id, kind, index, instructions):
                await client.regenerate(generation_id, kind, index, instructions)
                told = self._started(generation_id)
            case Export() as export:
                told = await _save(client, export)
            case Delete(generation_id):
                await client.delete(generation_id)
                told = "Deleted. Files that were received stay where they are."
        return told

    def _started(self, generation_id: str) -> str:
        return f"Started. Receive it with:\n  {suggest(self._connection, 'attach', generation_id)}"


async def _save(client: MangaClient, export: Export) -> str:
    path = _export_path(export)
    saved = await client.export_to(path, export.generation_id, export.format, export.direction)
    return f"saved: {saved.path} ({saved.media_type}, {path.stat().st_size:,} bytes)"


def _export_path(export: Export) -> Path:
    name = f"comic.{export.format}"
    if export.out is None:
        return default_folder(export.generation_id) / name
    return export.out / name if export.out.is_dir() else export.out


def _describe(generation_id: str, state: GenerationState) -> str:
    title = f"“{one_line(state.title)}”" if state.title else "no title yet"
    style = one_line(state.style or "style not told") + (", without dialogue" if state.no_dialogue else "")
    lines = [
        f"{one_line(generation_id)}: {state.status}",
        f"  {title} ({style})",
        f"  characters: {_counts(state.progress.characters)}",
        f"  panels: {_counts(state.progress.panels)}",
    ]
    if state.usage is not None:
        lines.append(f"  used: {usage_line(state.usage)}")
    if state.created_at is not None:
        lines.append(f"  started: {state.created_at:%Y-%m-%d %H:%M:%S} UTC")
    if state.finished_at is not None:
        lines.append(f"  ended: {state.finished_at:%Y-%m-%d %H:%M:%S} UTC")
    return "\n".join(lines)


def _describe_estimate(told: GenerationEstimate) -> str:
    minutes, price = told.minutes, told.price
    return "\n".join(
        [
            f"{told.words} words: {_range(told.characters)} characters, {_range(told.panels)} panels",
            f"  calls of the model: {_range(told.calls)}",
            f"  minutes: about {minutes.expected:.1f} ({minutes.min:.1f} to {minutes.max:.1f})",
            "  price: the app knows none for its models"
            if price is None
            else f"  price: about {price.expected:.2f} {told.currency} ({price.min:.2f} to {price.max:.2f})",
        ]
    )


def _range(told: Counted) -> str:
    return f"about {told.expected} ({told.min} to {told.max})"


def _counts(counts: Counts) -> str:
    drawn = f"{counts.done} of {counts.total} drawn" if counts.total is not None else "not planned yet"
    return f"{drawn}, {counts.failed} failed" if counts.failed else drawn
