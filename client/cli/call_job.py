"""Commands that make one call and print its answer."""

import json
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
    PutLettering,
    PutPlan,
    Redo,
    Retry,
    SaveLettering,
    SavePlan,
    Share,
    ShowMetrics,
    Status,
    Translate,
    Unshare,
)
from client.cli.exit_status import ExitStatus
from client.cli.lettering import answer_about_lettering
from client.cli.output.advice import Connection, suggest, suggest_status
from client.cli.output.comic_folder import file_path
from client.cli.output.descriptions import describe_estimate, describe_generations, describe_metrics, describe_state
from client.cli.output.progress import report_interruption
from client.errors import ConnectionLost, Unreachable
from client.export import file_ending
from client.manga_client import MangaClient
from client.plan import VersionedPlan
from client.whole_file import whole_file
from shared.models.http.share import ShareLink

PLAN_FILE = "plan.json"


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
            case Estimate() | Status() | SavePlan() | SaveLettering() | Export() | ListGenerations() | ShowMetrics():
                return ""
            case change:
                return suggest_status(self._connection, change.generation_id)

    def close(self) -> None:
        """Nothing is open."""

    async def _answer(self, client: MangaClient) -> str:
        command = self._command
        match command:
            case SaveLettering() | PutLettering() | Translate():
                return await answer_about_lettering(client, self._connection, command)
            case Estimate() | Status() | SavePlan() | Export() | ListGenerations() | ShowMetrics():
                return await _look_up(client, command)
            case _:
                return await self._change(client, command)

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
            case PutPlan(_, edited):
                await client.edit_plan(generation_id, edited.body, edited.version)
                answer = f"Stored. Draw what has changed with:\n  {suggest(self._connection, 'retry', generation_id)}"
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
        case SavePlan(generation_id, out):
            return _save_plan(await client.plan(generation_id), file_path(generation_id, PLAN_FILE, out))
        case Export():
            return await _save(client, command)
        case ListGenerations(status, limit, token):
            return describe_generations(await client.admin_generations(status, limit, token))
        case ShowMetrics(hours):
            return describe_metrics(await client.admin_metrics(hours))


def _save_plan(read: VersionedPlan, path: Path) -> str:
    plan = read.plan.model_dump(mode="json", by_alias=True, exclude_none=True)
    with whole_file(path) as file:
        file.write(json.dumps({"version": read.version, **plan}, indent=2, ensure_ascii=False).encode() + b"\n")
    return f"saved: {path}"


async def _save(client: MangaClient, export: Export) -> str:
    name = f"{'book' if export.chapters == 'all' else 'comic'}{file_ending(export.format)}"
    path = file_path(export.generation_id, name, export.out)
    saved = await client.export_to(
        path,
        export.generation_id,
        export.format,
        export.direction,
        chapters=export.chapters,
        language=export.language,
    )
    return f"saved: {saved.path} ({saved.media_type}, {path.stat().st_size:,} bytes)"
