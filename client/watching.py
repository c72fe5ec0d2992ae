"""The commands that receive a comic: generate, attach, retry and redo, each to the generation's end."""

import asyncio
import sys
import uuid
from contextlib import aclosing, suppress
from pathlib import Path

from rich.console import Console

from client.answers import is_passing
from client.comic_folder import ComicFolder, default_folder
from client.commands import Attach, Connection, Generate, Redo, Retry, Watched
from client.ending import Ending, describe
from client.errors import ClientError, ConnectionLost, Refused, Unreachable
from client.exit_status import ExitStatus
from client.manga_client import MangaClient
from client.reader import GenerationReader
from client.repeating import ComingBack
from client.show import Show, open_show, report_interruption
from client.words import explain, suggest
from shared.models.messages import ErrorMessage, StreamMessage, is_last, sequence_of
from shared.text.clean import one_line

PDF_FILE = "comic.pdf"
_CANCEL_TIMEOUT_S = 5


class Watching:
    """One such command: receives a generation into its folder, and says how it went.

    A generation that is gone on with is received from its beginning, so that the folder is whole whatever was
    in it; only what comes after its earlier end is told.
    """

    def __init__(self, connection: Connection, command: Watched) -> None:
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
        """Receive the comic (see `Job.run`)."""
        connection = self._connection
        with open_show(Console()) as show:
            async with MangaClient(connection.url, key=connection.key, on_coming_back=_report_wait) as client:
                self._reader = await self._begin(client)
                try:
                    await self._receive(self._reader, show)
                except asyncio.CancelledError:
                    await self._cancel_unanswered_start(client)
                    raise
                pdf_trouble = await self._fetch_pdf(client, show)
        return self._finish(pdf_trouble)

    def how_to_go_on(self, reason: BaseException) -> str:
        """See `Job.how_to_go_on`."""
        if self._is_final(reason):
            return ""
        if self._is_start_cancelled:
            return "The app had not answered yet: the start was cancelled, and nothing is drawn."
        if self._generation_id is None:
            return "The app had not told the generation's id yet: if the story reached it, it is drawn unseen."
        if self._reader is None:
            look = suggest(self._connection, "status", self._generation_id)
            return f"Whether the app has heard it is not known. Look with:\n  {look}"
        if self._last is not None:
            return f"Fetch the comic anew with:\n  {self._suggest('attach')}"
        return f"The generation goes on. Come back with:\n  {self._suggest('attach')}"

    def close(self) -> None:
        """Close the folder's stream."""
        if self._folder is not None:
            self._folder.close()

    async def _begin(self, client: MangaClient) -> GenerationReader:
        command = self._command
        match command:
            case Generate(request):
                return client.starting(request, self._start_key)
            case Attach(generation_id):
                return client.following(generation_id)
            case Retry(generation_id):
                self._earlier_end = (await client.generation(generation_id)).last_seq
                await client.retry(generation_id)
                return client.following(generation_id)
            case Redo(generation_id, kind, index, instructions):
                self._earlier_end = (await client.generation(generation_id)).last_seq
                await client.regenerate(generation_id, kind, index, instructions)
                return client.following(generation_id)

    async def _cancel_unanswered_start(self, client: MangaClient) -> None:
        """Cancel after Ctrl-C if the generation's id is not known: nobody could come back to it."""
        if self._generation_id is not None:
            return
        with suppress(ClientError, TimeoutError):
            async with asyncio.timeout(_CANCEL_TIMEOUT_S):
                await client.cancel_start(self._start_key)
            self._is_start_cancelled = True

    async def _receive(self, reader: GenerationReader, show: Show) -> None:
        async with aclosing(reader.lines()) as lines:
            async for line in lines:
                folder = self._folder or self._open_folder(line.message.generation_id, show)
                folder.receive(line)
                self._note(line.message, show)

    def _note(self, message: StreamMessage, show: Show) -> None:
        seq = sequence_of(message)
        if seq is not None and seq <= self._earlier_end:
            show.recall(message)
            return
        show.tell(message)
        if is_last(message):
            self._last = message
        if isinstance(message, ErrorMessage) and seq is not None and self._is_what_was_redone(message):
            self._redo_failure = message

    def _is_what_was_redone(self, message: ErrorMessage) -> bool:
        command = self._command
        return isinstance(command, Redo) and (message.step, message.index) == (command.kind, command.index)

    def _open_folder(self, generation_id: str, show: Show) -> ComicFolder:
        path = self._command.out or default_folder(generation_id)
        self._folder = ComicFolder(path)
        show.say(f"generation {one_line(generation_id)}, into {path}")
        return self._folder

    async def _fetch_pdf(self, client: MangaClient, show: Show) -> str | None:
        """Fetch the pages into the folder, and return what went wrong with that."""
        if self._folder is None or not self._folder.panels:
            return None
        path = self._folder.path / PDF_FILE
        try:
            await client.export_to(path, str(self._generation_id), "pdf")
        except ClientError as error:
            return f"{PDF_FILE} could not be fetched. {explain(error, self._connection)}\n{self._how_to_export(path)}"
        show.say(f"comic: {path}")
        return None

    def _how_to_export(self, path: Path) -> str:
        command = suggest(self._connection, "export", str(self._generation_id), "--format", "pdf", out=path)
        return f"Fetch it later with:\n  {command}"

    def _finish(self, pdf_trouble: str | None) -> ExitStatus:
        ending = Ending(self._last, self._folder, self._redo_failure)
        troubles = [trouble for trouble in (describe(ending, self._suggest), pdf_trouble) if trouble is not None]
        for trouble in troubles:
            print(trouble, file=sys.stderr, flush=True)
        return ExitStatus.FAILED if troubles else ExitStatus.OK

    def _suggest(self, command: str, *words: str) -> str:
        return suggest(self._connection, command, str(self._generation_id), *words, out=self._command.out)

    def _is_final(self, reason: BaseException) -> bool:
        """Tell whether there is nothing to go on with after `reason`."""
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


def _report_wait(news: ComingBack) -> None:
    """The end of a stream's window is no interruption: the next one is opened without a wait."""
    if news.delay_s > 0:
        report_interruption(news)
