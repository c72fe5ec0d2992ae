"""Exports: complete or not at all, even after interruptions."""

from dataclasses import replace
from pathlib import Path

import pytest

from client import ComingBack, ConnectionLost, MangaClient, ProtocolBroken, Refused, Unreachable
from tests.client.comics import GENERATION_ID
from tests.client.conftest import QUICK
from tests.client.scripted_app import PDF, PDF_FILE, ScriptedApp, Turn, refusal


def files_in(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def test_export_returns_bytes_and_their_type(app: ScriptedApp, client: MangaClient) -> None:
    app.exports.append(Turn(b"PK\x03\x04", headers={"Content-Type": "application/zip; a=b"}))
    exported = await client.export(GENERATION_ID, "zip", "ltr")

    assert (exported.content, exported.media_type) == (b"PK\x03\x04", "application/zip")
    assert app.calls[0].query == {"format": "zip", "direction": "ltr"}
    assert app.calls[0].headers["x-functions-key"] == "secret"


async def test_file_is_saved_in_a_new_folder(app: ScriptedApp, client: MangaClient, tmp_path: Path) -> None:
    path = tmp_path / "a/b/comic.pdf"
    saved = await client.export_to(path, GENERATION_ID, "pdf")

    assert (saved.path, saved.media_type) == (path, "application/pdf")
    assert path.read_bytes() == PDF
    assert files_in(path.parent) == [path]
    assert app.calls[0].query == {"format": "pdf"}


async def test_incomplete_download_is_repeated(
    app: ScriptedApp, client: MangaClient, reported: list[ComingBack], tmp_path: Path
) -> None:
    torn = Turn(PDF[: len(PDF) // 2], "broken", headers={"Content-Type": "application/pdf"})
    app.exports.extend([torn, refusal(503), Turn(end="unanswered"), PDF_FILE])
    await client.export_to(tmp_path / "comic.pdf", GENERATION_ID, "pdf")

    assert (tmp_path / "comic.pdf").read_bytes() == PDF
    assert len(reported) == 3


async def test_earlier_file_is_kept_until_the_new_one_is_complete(app: ScriptedApp, tmp_path: Path) -> None:
    path = tmp_path / "comic.pdf"
    path.write_bytes(b"earlier")
    app.exports.extend([Turn(PDF[:100], "broken")] * 10_000)
    async with MangaClient(app.url, patience=replace(QUICK, lost_after_s=0.2)) as client:
        with pytest.raises(ConnectionLost, match="no answer") as lost:
            await client.export_to(path, GENERATION_ID, "pdf")

    assert not isinstance(lost.value, Unreachable)
    assert lost.value.generation_id == GENERATION_ID
    assert path.read_bytes() == b"earlier"
    assert files_in(tmp_path) == [path]


@pytest.mark.parametrize("content", [b"", b"<html>", b"PK\x03\x04"])
async def test_answer_that_is_not_the_format_is_not_saved(
    app: ScriptedApp, client: MangaClient, tmp_path: Path, content: bytes
) -> None:
    app.exports.append(Turn(content, headers={"Content-Type": "application/pdf"}))
    with pytest.raises(ProtocolBroken, match="did not send a pdf file"):
        await client.export_to(tmp_path / "comic.pdf", GENERATION_ID, "pdf")

    assert files_in(tmp_path) == []


async def test_refused_export_leaves_no_file(app: ScriptedApp, client: MangaClient, tmp_path: Path) -> None:
    app.exports.append(refusal(404))
    with pytest.raises(Refused, match="Not now"):
        await client.export_to(tmp_path / "comic.pdf", GENERATION_ID, "pdf")

    assert files_in(tmp_path) == []
