"""Commands that make one call and print its answer."""

from pathlib import Path

import httpx

from client.cli.commands import (
    CallCommand,
    Cancel,
    Change,
    Choose,
    Delete,
    Estimate,
    Export,
    ListGenerations,
    LookUp,
    Redo,
    Retry,
    Share,
    ShowMetrics,
    Status,
    Unshare,
)
from client.cli.exit_status import ExitStatus
from client.cli.output.advice import Connection, suggest, suggest_status
from client.cli.output.comic_folder import default_folder
from client.cli.output.descriptions import describe_estimate, describe_generations, describe_metrics, describe_state
from client.cli.output.progress import report_interruption
from client.errors import ConnectionLost, Unreachable
from client.manga_client import MangaClient
from shared.models.http.share import ShareLink


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
            case Cancel() | Retry() | Redo() | Choose() | Share() | Unshare() | Delete() as change:
                return suggest_status(self._connection, change.generation_id)
            case _:
                return ""

    def close(self) -> None:
        """Nothing is open."""

    async def _answer(self, client: MangaClient) -> str:
        command = self._command
        if isinstance(command, Cancel | Retry | Redo | Choose | Share | Unshare | Delete):
            return await self._change(client, command)
        return await _look_up(client, command)

    async def _change(self, client: MangaClient, command: Change) -> str:
        generation_id = command.generation_id
        match command:
            case Cancel():
                await client.cancel(generation_id)
                answer = "Cancelled. No more images will be drawn; the finished ones are kept."
            case Retry():
                await client.retry(generation_id)
                answer = self._started(generation_id)
            case Redo(_, kind, index, instructions, origin):
                await client.regenerate(generation_id, kind, index, instructions, origin=origin)
                answer = self._started(generation_id)
            case Choose(_, kind, index, version):
                await client.choose_version(generation_id, kind, index, version)
                answer = f"Version {version} of {kind} {index + 1} counts now, in exports and in shared comics."
            case Share(_, days):
                answer = self._shared(await client.share(generation_id, days))
            case Unshare():
                await client.unshare(generation_id)
                answer = "Revoked. The link no longer opens the comic."
            case Delete():
                await client.delete(generation_id)
                answer = "Deleted. Files on this computer are kept."
        return answer

    def _started(self, generation_id: str) -> str:
        return f"Started. Save the comic with:\n  {suggest(self._connection, 'attach', generation_id)}"

    def _shared(self, link: ShareLink) -> str:
        address = httpx.URL(self._connection.url).join(link.url)
        return f"{address}\nAnybody with this link can read the comic until {link.expires:%Y-%m-%d %H:%M} UTC."


async def _look_up(client: MangaClient, command: LookUp) -> str:
    match command:
        case Estimate(request):
            return describe_estimate(await client.estimate(request))
        case Status(generation_id):
            return describe_state(generation_id, await client.generation(generation_id))
        case Export():
            return await _save(client, command)
        case ListGenerations(status, limit, token):
            return describe_generations(await client.admin_generations(status, limit, token))
        case ShowMetrics(hours):
            return describe_metrics(await client.admin_metrics(hours))


async def _save(client: MangaClient, export: Export) -> str:
    path = _export_path(export)
    saved = await client.export_to(path, export.generation_id, export.format, export.direction)
    return f"saved: {saved.path} ({saved.media_type}, {path.stat().st_size:,} bytes)"


def _export_path(export: Export) -> Path:
    name = f"comic.{export.format}"
    if export.out is None:
        return default_folder(export.generation_id) / name
    return export.out / name if export.out.is_dir() else export.out
