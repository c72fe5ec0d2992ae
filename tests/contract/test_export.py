"""Export over HTTP, of finished and unfinished comics, with the real engine, storage and drawings."""

import io
import zipfile
from collections.abc import Mapping

import httpx
import PIL.Image
import pytest
from pypdf import PdfReader

from tests.support.running_app import BLOCKED_PANEL, Received, RunningApp, refusal, until

FORMATS = {
    "zip": "application/zip",
    "cbz": "application/vnd.comicbook+zip",
    "pdf": "application/pdf",
    "png": "image/png",
}


def export(app: RunningApp, generation_id: str, query: str, headers: Mapping[str, str] | None = None) -> httpx.Response:
    return app.http.get(f"/api/generations/{generation_id}/export?{query}", headers=headers)


def text_of(response: httpx.Response) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(response.content), strict=True).pages)


@pytest.fixture(scope="module")
def finished(session_app: RunningApp) -> Received:
    """A complete generation."""
    session_app.emulator.reset()
    return session_app.generate()


def test_finished_comic_is_exported_in_every_format(app: RunningApp, finished: Received) -> None:
    files = {name: export(app, finished.generation_id, f"format={name}") for name in FORMATS}

    assert {name: answer.headers["content-type"] for name, answer in files.items()} == FORMATS
    archive = zipfile.ZipFile(io.BytesIO(files["zip"].content))
    assert sum(name.startswith("panels/") for name in archive.namelist()) == len(finished.of("panel"))
    for message in finished.of("panel"):
        streamed = app.http.get(str(message["data"]["image"])).content
        assert archive.read(f"panels/{int(message['panelNumber']) + 1:02d}.png") == streamed
    assert "001.jpg" in zipfile.ZipFile(io.BytesIO(files["cbz"].content)).namelist()
    assert finished.one("analysis")["data"]["title"] in text_of(files["pdf"])
    assert PIL.Image.open(io.BytesIO(files["png"].content)).size == (1200, 1200)


def test_known_file_is_not_sent_again(app: RunningApp, finished: Received) -> None:
    known = {"If-None-Match": export(app, finished.generation_id, "format=pdf").headers["etag"]}

    again = export(app, finished.generation_id, "format=pdf", known)
    other = export(app, finished.generation_id, "format=pdf&direction=ltr", known)

    assert (again.status_code, again.content) == (304, b"")
    assert other.status_code == 200


def test_failed_panel_has_a_placeholder(app: RunningApp) -> None:
    app.emulator.fail(BLOCKED_PANEL)

    assert "Panel 1 is not drawn" in text_of(export(app, app.generate().generation_id, "format=pdf"))


def test_running_and_cancelled_comics_are_exported_as_far_as_they_are_drawn(app: RunningApp) -> None:
    app.emulator.delay(image=1)
    with app.reading() as messages:
        generation_id = str(until(messages, "analysis")["generationId"])
        refusal(export(app, generation_id, "format=pdf"), 409, "nothing-to-export")
        until(messages, "character")
        assert export(app, generation_id, "format=zip").status_code == 200
        assert app.change(generation_id, "cancel") == 202
        list(messages)

    assert {export(app, generation_id, f"format={name}").status_code for name in FORMATS} == {200}
