"""Export over HTTP, of finished and unfinished comics, with the real engine, storage and drawings."""

import io
import zipfile
from collections.abc import Mapping

import httpx
import PIL.Image
import pytest
from pypdf import PdfReader

from shared.models.http.script import ExportedScript
from tests.support.epub.archive import Epub
from tests.support.epub.check import problems_of
from tests.support.running_app import BLOCKED_PANEL, Received, RunningApp, broken_fields, refusal, until

FORMATS = {
    "zip": "application/zip",
    "cbz": "application/vnd.comicbook+zip",
    "pdf": "application/pdf",
    "epub": "application/epub+zip",
    "webtoon": "application/zip",
    "png": "image/png",
    "json": "application/json",
}
HOSTILE = ("", "PDF", "pdf ", "pdf%00", "../pdf", "exe", "%F0%9F%98%80", "pdf&format=exe")
NO_LANGUAGES = ("", "English", "en_US", "en%00", "../en", "x" * 1000, "%D8%B9", "en%0D%0ASet-Cookie:a=b", "'--")


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


def test_epub_keeps_the_rules_and_has_the_drawn_images(app: RunningApp, finished: Received) -> None:
    answer = export(app, finished.generation_id, "format=epub")

    assert problems_of(answer.content) == []
    stored = set(Epub(answer.content).files.values())
    for message in finished.of("panel"):
        assert app.http.get(str(message["data"]["image"])).content in stored
    assert answer.headers["content-disposition"].endswith(".epub")


def test_webtoon_is_a_zip_of_strips(app: RunningApp, finished: Received) -> None:
    answer = export(app, finished.generation_id, "format=webtoon")

    strips = zipfile.ZipFile(io.BytesIO(answer.content))
    sizes = [PIL.Image.open(io.BytesIO(strips.read(name))).size for name in strips.namelist()]
    assert strips.namelist() == sorted(strips.namelist())
    assert {width for width, _ in sizes} == {800}
    assert all(height <= 1280 for _, height in sizes)
    assert answer.headers["content-disposition"].endswith(".zip")


def test_script_is_valid_and_its_images_can_be_read(app: RunningApp, finished: Received) -> None:
    answer = export(app, finished.generation_id, "format=json")

    script = ExportedScript.model_validate(answer.json()).comics[0]
    assert (script.id, len(script.panels)) == (finished.generation_id, len(finished.of("panel")))
    for part in (*script.cast, *script.panels):
        assert part.image is not None
        assert app.http.get(part.image.path).headers["content-type"] == "image/png"


@pytest.mark.parametrize("value", HOSTILE)
def test_unknown_format_is_refused_by_name(app: RunningApp, finished: Received, value: str) -> None:
    assert broken_fields(export(app, finished.generation_id, f"format={value}")) == ["format"]


@pytest.mark.parametrize("value", NO_LANGUAGES)
def test_what_names_no_language_is_refused_by_name(app: RunningApp, finished: Received, value: str) -> None:
    assert broken_fields(export(app, finished.generation_id, f"format=json&lang={value}")) == ["lang"]


def test_drawn_comic_is_there_in_its_own_language_only(app: RunningApp, finished: Received) -> None:
    own = app.state(finished.generation_id)["language"]

    plain = export(app, finished.generation_id, "format=json")
    assert export(app, finished.generation_id, f"format=json&lang={own}").content == plain.content
    refusal(export(app, finished.generation_id, "format=json&lang=tlh"), 409, "lettering-is-drawn")


def test_exports_call_no_model(app: RunningApp, finished: Received) -> None:
    app.emulator.reset()

    for name in FORMATS:
        export(app, finished.generation_id, f"format={name}").raise_for_status()

    assert app.emulator.of() == []


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
