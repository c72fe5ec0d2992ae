"""A comic taken away over HTTP, finished and not, with the real engine, storage and drawings."""

import io
import zipfile
from collections.abc import Mapping

import httpx
import PIL.Image
import pytest
from pypdf import PdfReader

from tests.support.running_app import Received, RunningApp, until

BLOCKED_PANEL = {"kind": "panel", "subject": "1", "fault": "finish", "reason": "IMAGE_SAFETY"}


def export(app: RunningApp, generation_id: str, query: str, headers: Mapping[str, str] | None = None) -> httpx.Response:
    return app.http.get(f"/api/generations/{generation_id}/export?{query}", headers=headers)


def text_of(response: httpx.Response) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(response.content), strict=True).pages)


@pytest.fixture
def finished(app: RunningApp) -> Received:
    """A comic that is whole."""
    return app.generate()


def test_a_finished_comic_is_taken_away_in_every_format(app: RunningApp, finished: Received) -> None:
    title = finished.one("analysis")["data"]["title"]
    panels = len(finished.of("panel"))
    files = {name: export(app, finished.generation_id, f"format={name}") for name in ("zip", "cbz", "pdf", "png")}

    assert {name: answer.headers["content-type"] for name, answer in files.items()} == {
        "zip": "application/zip",
        "cbz": "application/vnd.comicbook+zip",
        "pdf": "application/pdf",
        "png": "image/png",
    }
    names = zipfile.ZipFile(io.BytesIO(files["zip"].content)).namelist()
    assert sum(name.startswith("panels/") for name in names) == panels
    assert "001.jpg" in zipfile.ZipFile(io.BytesIO(files["cbz"].content)).namelist()
    assert title in text_of(files["pdf"])
    assert PIL.Image.open(io.BytesIO(files["png"].content)).size == (1200, 1200)


def test_every_panel_is_exported_as_it_was_streamed(app: RunningApp, finished: Received) -> None:
    archive = zipfile.ZipFile(io.BytesIO(export(app, finished.generation_id, "format=zip").content))

    for message in finished.of("panel"):
        streamed = app.http.get(str(message["data"]["image"])).content
        assert archive.read(f"panels/{int(message['panelNumber']) + 1:02d}.png") == streamed


def test_the_same_file_is_not_sent_twice(app: RunningApp, finished: Received) -> None:
    first = export(app, finished.generation_id, "format=pdf")

    again = export(app, finished.generation_id, "format=pdf", {"If-None-Match": first.headers["etag"]})
    other = export(app, finished.generation_id, "format=pdf&direction=ltr", {"If-None-Match": first.headers["etag"]})

    assert (again.status_code, again.content) == (304, b"")
    assert other.status_code == 200


def test_a_panel_that_failed_has_a_place_that_says_so(app: RunningApp) -> None:
    app.emulator.fail(BLOCKED_PANEL)
    generation = app.generate()

    assert "Panel 1 is not drawn" in text_of(export(app, generation.generation_id, "format=pdf"))


def test_a_cancelled_comic_is_exported_as_far_as_it_is_drawn(app: RunningApp) -> None:
    app.emulator.delay(text=0, image=0.4)
    with app.reading() as messages:
        generation_id = str(until(messages, lambda message: message["type"] == "character")["generationId"])
        early = export(app, generation_id, "format=zip")
        app.http.post(f"/api/generations/{generation_id}/cancel")
        list(messages)

    assert early.status_code == 200
    assert {export(app, generation_id, f"format={name}").status_code for name in ("zip", "cbz", "pdf", "png")} == {200}


def test_where_nothing_is_drawn_there_is_nothing_to_export(app: RunningApp) -> None:
    app.emulator.delay(text=0, image=1)
    with app.reading() as messages:
        generation_id = str(until(messages, lambda message: message["type"] == "analysis")["generationId"])
        answer = export(app, generation_id, "format=pdf")
        app.http.post(f"/api/generations/{generation_id}/cancel")
        list(messages)

    assert (answer.status_code, answer.json()["code"]) == (409, "nothing-to-export")


def test_a_wrong_query_names_every_broken_field(app: RunningApp, finished: Received) -> None:
    answer = export(app, finished.generation_id, "format=epub&direction=up")

    assert answer.status_code == 400
    assert [problem["field"] for problem in answer.json()["details"]] == ["format", "direction"]


def test_an_unknown_generation_is_not_found(app: RunningApp) -> None:
    assert export(app, "0" * 32, "format=pdf").status_code == 404
