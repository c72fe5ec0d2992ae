"""Export over HTTP of a comic whose texts are set over its pictures, in two languages."""

import io

import pytest
from pypdf import PdfReader

from shared.models.http.script import ComicScript, ExportedScript
from tests.support.epub.archive import Epub
from tests.support.epub.check import problems_of
from tests.support.epub.documents import XHTML
from tests.support.running_app import RunningApp, refusal
from tests.support.waiting import wait_until

DRAWN = ("cbz", "pdf", "epub", "webtoon", "png")


@pytest.fixture(scope="module")
def lettered(session_app: RunningApp) -> str:
    """The id of a finished comic with texts in English and in Japanese."""
    session_app.emulator.reset()
    generation_id = session_app.generate(lettering="text").generation_id
    assert session_app.change(generation_id, "lettering", {"language": "ja"}) == 202
    done = {"language": "ja", "status": "done"}
    wait_until(lambda: done in session_app.state(generation_id)["languages"], "the texts are translated")
    return generation_id


def script(app: RunningApp, generation_id: str, query: str) -> ComicScript:
    answer = app.http.get(f"/api/generations/{generation_id}/export?format=json&{query}").raise_for_status()
    return ExportedScript.model_validate(answer.json()).comics[0]


def test_each_format_has_the_texts_of_the_language(app: RunningApp, lettered: str) -> None:
    own, ja = script(app, lettered, ""), script(app, lettered, "lang=ja")

    assert (own.lettering, own.language, ja.language) == ("text", "en", "ja")
    assert own.languages == ja.languages == ("en", "ja")
    for panel, translated in zip(own.panels, ja.panels, strict=True):
        assert panel.lettering is not None
        assert translated.lettering is not None
        assert len(panel.lettering.texts) == len(translated.lettering.texts)
        assert translated.lettering.is_vertical
    address = f"/api/generations/{lettered}/export"
    for name in DRAWN:
        plain = app.http.get(f"{address}?format={name}").raise_for_status()
        translation = app.http.get(f"{address}?format={name}&lang=ja").raise_for_status()
        assert plain.headers["etag"] != translation.headers["etag"]
        known = {"If-None-Match": translation.headers["etag"]}
        assert app.http.get(f"{address}?format={name}&lang=JA", headers=known).status_code == 304


def test_words_are_text_in_the_epub_and_in_the_pdf(app: RunningApp, lettered: str) -> None:
    address = f"/api/generations/{lettered}/export"
    letterings = [panel.lettering for panel in script(app, lettered, "").panels]
    words = [text.text for lettering in letterings if lettering is not None for text in lettering.texts]

    epub = app.http.get(f"{address}?format=epub").raise_for_status().content
    pdf = PdfReader(io.BytesIO(app.http.get(f"{address}?format=pdf").raise_for_status().content), strict=True)

    assert problems_of(epub) == problems_of(app.http.get(f"{address}?format=epub&lang=ja").content) == []
    opened = Epub(epub)
    pages = [opened.xml(name) for name in sorted(opened.files) if name.startswith("EPUB/pages/")]
    written = ["".join(text.itertext()) for page in pages for text in page.iter(f"{XHTML}p")]
    searched = "".join("".join(page.extract_text() for page in pdf.pages).replace("\0", "").split())
    assert words
    for word in words:
        assert any("".join(word.split()) in "".join(text.split()) for text in written)
        assert "".join(word.split()) in searched


def test_language_without_texts_is_refused_with_advice(app: RunningApp, lettered: str) -> None:
    for name in (*DRAWN, "json", "zip"):
        refusal(app.http.get(f"/api/generations/{lettered}/export?format={name}&lang=pt-BR"), 404, "not-found")
