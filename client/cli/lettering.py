"""Commands about the words of a comic whose lettering is text."""

import asyncio
import json
from pathlib import Path

from client.cli.commands import LetteringCommand, PutLettering, SaveLettering, Translate
from client.cli.output.advice import Connection, suggest
from client.cli.output.comic_folder import file_path
from client.errors import TranslationFailed
from client.lettering import LetteringFile
from client.manga_client import MangaClient
from client.whole_file import whole_file
from shared.models.http.lettering import ComicLettering

_POLL_S = 1.0


async def answer_about_lettering(client: MangaClient, connection: Connection, command: LetteringCommand) -> str:
    """Run the command and return what to print.

    Raises:
        ClientError: the call, or the translation, failed.
        OSError: a file could not be written.
    """
    match command:
        case SaveLettering(generation_id, language, out):
            read = await client.lettering(generation_id, language)
            return _save(read, file_path(generation_id, f"lettering-{read.language}.json", out))
        case PutLettering(generation_id, edited):
            for panel, texts in enumerate(edited.panels):
                await client.edit_lettering(generation_id, panel, texts, edited.language)
            return f"Stored. The words of {len(edited.panels)} panels in {edited.language} are as in the file."
        case Translate(generation_id, language):
            return await _translate(client, connection, generation_id, language)


def _save(read: ComicLettering, path: Path) -> str:
    content = LetteringFile.of(read).model_dump(mode="json", by_alias=True)
    with whole_file(path) as file:
        file.write(json.dumps(content, indent=2, ensure_ascii=False).encode() + b"\n")
    return f"saved: {path}"


async def _translate(client: MangaClient, connection: Connection, generation_id: str, language: str) -> str:
    """Wait until the translation has ended."""
    languages = (await client.translate(generation_id, language)).languages
    while any(state.status == "running" for state in languages):
        await asyncio.sleep(_POLL_S)
        languages = (await client.generation(generation_id)).languages
    if any(state.status == "failed" and state.language == language for state in languages):
        again = suggest(connection, "translate", generation_id, language)
        raise TranslationFailed(f"The texts could not be translated. Try again with:\n  {again}")
    export = suggest(connection, "export", generation_id, "--lang", language)
    return f"Translated. Save the comic in this language with:\n  {export}"
