"""Commands that make one call and print its answer."""

from pathlib import Path

from client.cli.commands import (
    CallCommand,
    Cancel,
    Delete,
    Estimate,
    Export,
    ListGenerations,
    Redo,
    Retry,
    ShowMetrics,
    Status,
)
from client.cli.exit_status import ExitStatus
from client.cli.output.advice import Connection, suggest, suggest_status
from client.cli.output.comic_folder import default_folder
from client.cli.output.descriptions import describe_estimate, describe_generations, describe_metrics, describe_state
from client.cli.output.progress import report_interruption
from client.errors import ConnectionLost, Unreachable
from client.manga_client import MangaClient


class CallJob:
    """Runs one such command."""

    def __init__(self, connection: Connection, command: CallCommand) -> None:
        self._connection = connection
        self._command = command

    async def run(self) -> ExitStatus:
        """Make the call and print the answer.

        Raises:
            ClientError: the call failed.
            OSError: a file could not be written.
        """
        connection = self._connection
        async with MangaClient(connection.url, key=connection.key, on_coming_back=report_interruption) as client:
            print(await self._answer(client))
        return ExitStatus.OK

    def advice_after(self, reason: BaseException) -> str:
        """Return what to do after `reason` ended the command; "" for nothing."""
        if isinstance(reason, Unreachable) or not isinstance(reason, ConnectionLost | KeyboardInterrupt):
            return ""
        match self._command:
            case Cancel(generation_id) | Retry(generation_id) | Redo(generation_id) | Delete(generation_id):
                return suggest_status(self._connection, generation_id)
            case _:
                return ""

    def close(self) -> None:
        """Nothing is open."""

    async def _answer(self, client: MangaClient) -> str:
        match self._command:
            case Estimate(request):
                answer = describe_estimate(await client.estimate(request))
            case Status(generation_id):
                answer = describe_state(generation_id, await client.generation(generation_id))
            case Cancel(generation_id):
                await client.cancel(generation_id)
                answer = "Cancelled. No more images will be drawn; the finished ones are kept."
            case Retry(generation_id):
                await client.retry(generation_id)
                answer = self._started(generation_id)
            case Redo(generation_id, kind, index, instructions):
                await client.regenerate(generation_id, kind, index, instructions)
                answer = self._started(generation_id)
            case Export() as export:
                answer = await _save(client, export)
            case Delete(generation_id):
                await client.delete(generation_id)
                answer = "Deleted. Files on this computer are kept."
            case ListGenerations(status, limit, token):
                answer = describe_generations(await client.admin_generations(status, limit, token))
            case ShowMetrics(hours):
                answer = describe_metrics(await client.admin_metrics(hours))
        return answer

    def _started(self, generation_id: str) -> str:
        return f"Started. Save the comic with:\n  {suggest(self._connection, 'attach', generation_id)}"


async def _save(client: MangaClient, export: Export) -> str:
    path = _export_path(export)
    saved = await client.export_to(path, export.generation_id, export.format, export.direction)
    return f"saved: {saved.path} ({saved.media_type}, {path.stat().st_size:,} bytes)"


def _export_path(export: Export) -> Path:
    name = f"comic.{export.format}"
    if export.out is None:
        return default_folder(export.generation_id) / name
    return export.out / name if export.out.is_dir() else export.out
