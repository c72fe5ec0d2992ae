"""Draws a long text: follows its chapters one after another, and saves each of them and the book."""

import sys
from pathlib import Path

from client.cli.commands import Attach, Generate
from client.cli.exit_status import ExitStatus
from client.cli.output.advice import Connection, explain, suggest
from client.cli.output.progress import report_interruption
from client.cli.stream_job import StreamJob
from client.errors import ClientError
from client.manga_client import MangaClient
from client.state import ChapterState

BOOK_FILE = "book.pdf"


class ChaptersJob:
    """Runs `generate --chapters auto`.

    The first chapter is saved like any comic, and the others in folders below its own.
    """

    def __init__(self, connection: Connection, command: Generate) -> None:
        self._connection = connection
        self._job = StreamJob(connection, command)
        self._stops_early = command.request.stop_after is not None

    async def run(self) -> ExitStatus:
        """Follow the chapters that begin, and save them; raises as `StreamJob.run`."""
        worst = await self._job.run()
        if self._stops_early:
            # The next chapter begins when this one is drawn.
            return worst
        folder, followed = self._job.folder, 1
        while (following := await self._following()) is not None:
            if following.status == "waiting" or folder is None:
                print(self._advice_for_waiting(following), file=sys.stderr, flush=True)
                return ExitStatus.FAILED
            print(f"chapter {following.number}:", flush=True)
            self._job.close()
            out = folder / f"chapter-{following.number:02d}"
            self._job = StreamJob(self._connection, Attach(following.id, out))
            worst = max(worst, await self._job.run())
            followed += 1
        if folder is not None and followed > 1:
            worst = max(worst, await self._save_book(folder / BOOK_FILE))
        return worst

    def advice_after(self, reason: BaseException) -> str:
        """Return what to do after `reason` ended the command; "" for nothing."""
        return self._job.advice_after(reason)

    def close(self) -> None:
        """Close the folder's stream."""
        self._job.close()

    async def _following(self) -> ChapterState | None:
        """Return the chapter after the current one; None after the last, and after one that is not complete."""
        generation_id = self._job.generation_id
        if generation_id is None:
            return None
        async with self._client() as client:
            chapters = (await client.generation(generation_id)).chapters
        ids = [chapter.id for chapter in chapters]
        if generation_id not in ids:
            return None
        place = ids.index(generation_id)
        is_complete = chapters[place].status == "completed"
        return chapters[place + 1] if is_complete and place + 1 < len(chapters) else None

    async def _save_book(self, path: Path) -> ExitStatus:
        generation_id = str(self._job.generation_id)
        try:
            async with self._client() as client:
                await client.export_to(path, generation_id, "pdf", chapters="all")
        except ClientError as error:
            later = suggest(self._connection, "export", generation_id, "--chapters", "all", out=path)
            problem = (
                f"{BOOK_FILE} could not be saved. {explain(error, self._connection)}\nSave it later with:\n  {later}"
            )
            print(problem, file=sys.stderr, flush=True)
            return ExitStatus.FAILED
        print(f"book: {path}", flush=True)
        return ExitStatus.OK

    def _advice_for_waiting(self, following: ChapterState) -> str:
        command = suggest(self._connection, "retry", str(self._job.generation_id), "--no-wait")
        return f"Chapter {following.number} has not begun. Begin it with:\n  {command}"

    def _client(self) -> MangaClient:
        return MangaClient(self._connection.url, key=self._connection.key, on_coming_back=report_interruption)
