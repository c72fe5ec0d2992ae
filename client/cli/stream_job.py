"""Commands that follow a generation to its end and save its comic: generate, attach, retry and redo."""

import asyncio
import sys
import uuid
from contextlib import aclosing, suppress

from rich.console import Console

from client.cli.commands import Attach, Generate, Redo, Retry, StreamCommand
from client.cli.exit_status import ExitStatus
from client.cli.output.advice import Connection, explain, suggest, suggest_status
from client.cli.output.comic_folder import ComicFolder, default_folder
from client.cli.output.descriptions import describe_parts
from client.cli.output.ending import Ending, describe_ending
from client.cli.output.progress import LineDisplay, open_display, report_interruption
from client.errors import ClientError, ConnectionLost, Refused, Unreachable
from client.manga_client import MangaClient
from client.reader import GenerationReader
from client.retries import ComingBack, is_passing
from shared.models.messages import CompleteMessage, ErrorMessage, StreamMessage, is_last, sequence_of
from shared.text.clean import one_line

PDF_FILE = "comic.pdf"
_CANCEL_TIMEOUT_S = 5


class StreamJob:
    """Runs one such command.

    After a retry or redo, the generation is read from its beginning, so that the folder is complete whatever it held
    before. Only messages of the new round are printed.
    """

    def __init__(self, connection: Connection, command: StreamCommand) -> None:
        self._connection = connection
        self._command = command
        self._start_key = uuid.uuid4().hex
        self._is_start_cancelled = False
        self._reader: GenerationReader | None = None
        self._folder: ComicFolder | None = None
        self._earlier_end = 0
        self._last: StreamMessage | None = None
        self._redo_failure: ErrorMessage | None = None

    async def run(self) -> ExitStatus:
        """Follow the generation and save its comic.

        Raises:
            ClientError: the generation could not be followed.
            OSError: a file could not be written.
        """
        connection = self._connection
        with open_display(Console()) as display:
            async with MangaClient(connection.url, key=connection.key, on_coming_back=_report_wait) as client:
                self._reader = await self._begin(client)
                try:
                    await self._receive(self._reader, display)
                except asyncio.CancelledError:
                    await self._cancel_unanswered_start(client)
                    raise
                pdf_problem = await self._save_pdf(client, display)
                if pdf_problem is None and self._last is not None:
                    await self._show_cost(client, display)
                    self._show_next_steps(self._last, display)
        return self._finish(pdf_problem)

    def advice_after(self, reason: BaseException) -> str:
        """Return what to do after `reason` ended the command; "" for nothing."""
        if self._is_final(reason):
            return ""
        if self._is_start_cancelled:
            return "The app had not answered yet. The start was cancelled; nothing will be drawn."
        if self._generation_id is None:
            return "The app had not sent the generation's id yet. If it received the story, it draws the comic anyway."
        if self._reader is None:
            return suggest_status(self._connection, self._generation_id)
        if self._last is not None:
            return f"Save the comic again with:\n  {self._suggest('attach')}"
        return f"The generation continues. Follow it with:\n  {self._suggest('attach')}"

    def close(self) -> None:
        """Close the folder's stream."""
        if self._folder is not None:
            self._folder.close()

    async def _begin(self, client: MangaClient) -> GenerationReader:
        command = self._command
        if isinstance(command, Generate):
            return client.starting(command.request, self._start_key)
        generation_id = command.generation_id
        if not isinstance(command, Attach):
            self._earlier_end = (await client.generation(generation_id)).last_seq
        match command:
            case Retry():
                await client.retry(generation_id)
            case Redo(_, kind, index, instructions, origin):
                await client.regenerate(generation_id, kind, index, instructions, origin=origin)
            case Attach():
                pass
        return client.following(generation_id)

    async def _cancel_unanswered_start(self, client: MangaClient) -> None:
        """After Ctrl-C, cancel a generation whose id is unknown: nobody could find it again."""
        if self._generation_id is not None:
            return
        with suppress(ClientError, TimeoutError):
            async with asyncio.timeout(_CANCEL_TIMEOUT_S):
                await client.cancel_start(self._start_key)
            self._is_start_cancelled = True

    async def _receive(self, reader: GenerationReader, display: LineDisplay) -> None:
        async with aclosing(reader.lines()) as lines:
            async for line in lines:
                folder = self._folder or self._open_folder(line.message.generation_id, display)
                folder.receive(line)
                self._note(line.message, display)

    def _note(self, message: StreamMessage, display: LineDisplay) -> None:
        seq = sequence_of(message)
        if seq is not None and seq <= self._earlier_end:
            display.show_earlier(message)
            return
        display.show(message)
        if is_last(message):
            self._last = message
        if isinstance(message, ErrorMessage) and seq is not None and self._is_of_redo(message):
            self._redo_failure = message

    def _is_of_redo(self, message: ErrorMessage) -> bool:
        command = self._command
        return isinstance(command, Redo) and (message.step, message.index) == (command.kind, command.index)

    def _open_folder(self, generation_id: str, display: LineDisplay) -> ComicFolder:
        path = self._command.out or default_folder(generation_id)
        self._folder = ComicFolder(path)
        display.print(f"generation {one_line(generation_id)}, saved in {path}")
        return self._folder

    async def _save_pdf(self, client: MangaClient, display: LineDisplay) -> str | None:
        """Save the pages in the folder, and return the error message if that fails."""
        if self._folder is None or not self._folder.panels:
            return None
        path = self._folder.path / PDF_FILE
        generation_id = str(self._generation_id)
        try:
            await client.export_to(path, generation_id, "pdf")
        except ClientError as error:
            retry = suggest(self._connection, "export", generation_id, "--format", "pdf", out=path)
            return f"{PDF_FILE} could not be saved. {explain(error, self._connection)}\nSave it later with:\n  {retry}"
        display.print(f"comic: {path}")
        return None

    async def _show_cost(self, client: MangaClient, display: LineDisplay) -> None:
        """Print what each part has cost. The comic is saved, so an app that does not answer is no failure."""
        with suppress(ClientError):
            state = await client.generation(str(self._generation_id))
            if state.cost is not None:
                display.print(describe_parts(state.cost))

    def _show_next_steps(self, last: StreamMessage, display: LineDisplay) -> None:
        if isinstance(last, CompleteMessage) and last.stopped_after is not None:
            plan = suggest(self._connection, "plan", str(self._generation_id))
            display.print(f"The plan is ready. Edit it with:\n  {plan}\nDraw it with:\n  {self._suggest('retry')}")

    def _finish(self, pdf_problem: str | None) -> ExitStatus:
        ending = Ending(self._last, self._folder, self._redo_failure)
        problems = [problem for problem in (describe_ending(ending, self._suggest), pdf_problem) if problem is not None]
        for problem in problems:
            print(problem, file=sys.stderr, flush=True)
        return ExitStatus.FAILED if problems else ExitStatus.OK

    def _suggest(self, command: str, *words: str) -> str:
        return suggest(self._connection, command, str(self._generation_id), *words, out=self._command.out)

    def _is_final(self, reason: BaseException) -> bool:
        """Return whether the generation can't be followed after `reason`."""
        match reason:
            case Unreachable():
                return True
            case Refused():
                return self._reader is None or self._generation_id is None or not is_passing(reason)
            case ClientError():
                return not isinstance(reason, ConnectionLost)
            case _:
                return False

    @property
    def _generation_id(self) -> str | None:
        if self._reader is not None:
            return self._reader.generation_id
        return None if isinstance(self._command, Generate) else self._command.generation_id


def _report_wait(retry: ComingBack) -> None:
    """The end of a stream's window is not reported: the next one opens immediately."""
    if retry.delay_s > 0:
        report_interruption(retry)
