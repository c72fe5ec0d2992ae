"""Comics as files: whole or not at all, through interruptions."""

import socket
from pathlib import Path

import pytest

from client import ComingBack, ConnectionLost, MangaClient, Patience, ProtocolBroken, Refused, Unreachable
from tests.client.comics import GENERATION_ID
from tests.client.scripted_app import PDF, ScriptedApp, Turn, pdf_file, refusal

QUICK = Patience(first_delay_s=0.0001, longest_delay_s=0.001)
SHORT = Patience(first_delay_s=0.0001, longest_delay_s=0.001, unreachable_after_s=0.05, lost_after_s=0.2)


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


async def save(app: ScriptedApp, path: Path, patience: Patience = QUICK) -> str:
    async with MangaClient(app.url, patience=patience) as client:
        saved = await client.export_to(path, GENERATION_ID, "pdf")
    assert saved.path == path
    return saved.media_type


async def test_export_gives_bytes_and_their_type(app: ScriptedApp) -> None:
    app.exports.append(Turn(b"PK\x03\x04", headers={"Content-Type": "application/zip; a=b"}))
    async with MangaClient(app.url, key="secret") as client:
        exported = await client.export(GENERATION_ID, "zip")

    assert (exported.content, exported.media_type) == (b"PK\x03\x04", "application/zip")
    assert app.calls[0].query == {"format": "zip"}
    assert app.calls[0].headers["x-functions-key"] == "secret"


async def test_direction_is_asked_for(app: ScriptedApp) -> None:
    async with MangaClient(app.url) as client:
        await client.export(GENERATION_ID, "pdf", "ltr")

    assert app.calls[0].query == {"format": "pdf", "direction": "ltr"}


async def test_file_is_saved_whole_into_a_folder_of_its_own(app: ScriptedApp, tmp_path: Path) -> None:
    path = tmp_path / "a/b/comic.pdf"
    assert await save(app, path) == "application/pdf"
    assert path.read_bytes() == PDF
    assert names_in(path.parent) == ["comic.pdf"]


async def test_torn_and_refused_answers_are_asked_for_again(app: ScriptedApp, tmp_path: Path) -> None:
    torn = Turn(PDF[: len(PDF) // 2], "broken", headers={"Content-Type": "application/pdf"})
    app.exports.extend([torn, refusal(503), Turn(end="unanswered"), refusal(429, Retry_After="0"), pdf_file()])
    news: list[ComingBack] = []
    async with MangaClient(app.url, patience=QUICK, on_coming_back=news.append) as client:
        await client.export_to(tmp_path / "comic.pdf", GENERATION_ID, "pdf")

    assert (tmp_path / "comic.pdf").read_bytes() == PDF
    assert len(news) == 4
    assert news[1].reason == "the app answered 503: Not now."


async def test_earlier_file_stays_until_the_new_one_is_whole(app: ScriptedApp, tmp_path: Path) -> None:
    path = tmp_path / "comic.pdf"
    path.write_bytes(b"earlier")
    app.exports.extend([Turn(PDF[:100], "broken")] * 10_000)
    with pytest.raises(ConnectionLost, match="the pdf file did not come") as lost:
        await save(app, path, SHORT)

    assert not isinstance(lost.value, Unreachable)
    assert path.read_bytes() == b"earlier"
    assert names_in(tmp_path) == ["comic.pdf"]


@pytest.mark.parametrize("status", [400, 404, 409])
async def test_refusal_is_final(app: ScriptedApp, tmp_path: Path, status: int) -> None:
    app.exports.append(refusal(status))
    with pytest.raises(Refused, match="Not now"):
        await save(app, tmp_path / "comic.pdf")

    assert len(app.calls) == 1
    assert names_in(tmp_path) == []


async def test_app_that_stays_busy_is_given_up_with_its_own_answer(app: ScriptedApp, tmp_path: Path) -> None:
    app.exports.extend([refusal(503)] * 10_000)
    with pytest.raises(Refused, match="Not now"):
        await save(app, tmp_path / "comic.pdf", SHORT)


async def test_longer_wait_than_the_patience_is_not_begun(app: ScriptedApp, tmp_path: Path) -> None:
    app.exports.append(refusal(429, Retry_After="4000"))
    with pytest.raises(Refused) as refused:
        await save(app, tmp_path / "comic.pdf", Patience())

    assert refused.value.retry_after_s == 4000
    assert len(app.calls) == 1


@pytest.mark.parametrize("content", [b"", b"<html>", b"PK\x03\x04"])
async def test_something_else_than_the_format_is_not_kept(app: ScriptedApp, tmp_path: Path, content: bytes) -> None:
    app.exports.append(Turn(content, headers={"Content-Type": "application/pdf"}))
    with pytest.raises(ProtocolBroken, match="something else than a pdf"):
        await save(app, tmp_path / "comic.pdf")

    assert names_in(tmp_path) == []


async def test_nobody_listening_is_unreachable() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
        async with MangaClient(url, patience=SHORT) as client:
            with pytest.raises(Unreachable, match=url):
                await client.export(GENERATION_ID, "png")
