"""Exports of a comic whose texts are set over its pictures, in its languages."""

import io
import json

import pytest
from pypdf import PdfReader

from api.export.book.book import Book
from api.export.comic.comic import Comic, Rendering
from api.export.exporter import Export, Exporter
from shared.deps import Deps
from shared.errors import LetteringIsDrawn, NotFound
from shared.lettering import panel_keys, source_of
from shared.models.http.script import ExportedScript
from shared.models.stored.lettering import EditedText, LetteringEdit
from shared.models.story import Style
from shared.storage.lifecycle import Ended
from tests.support.fakes.engine import NOW, FakeEngine
from tests.support.fakes.lifecycles import set_record
from tests.support.fakes.stories import GENERATION, image, ref
from tests.unit.api.drawn_story import ledger
from tests.unit.api.lettering.comics import PLAN, planned_ledger, store_comic, store_translation

TITLES = {"en": "The Harbour", "ja": "港", "ar": "الميناء"}
SAID = {"en": "It is gone!", "ja": "消えた!", "ar": "لقد اختفى!"}


async def store(deps: Deps, engine: FakeEngine, style: Style = "manga") -> None:
    """Store the finished comic, and its texts in Japanese and Arabic."""
    await store_comic(deps, style=style)
    for kind, index in (("character", 0), ("character", 1), ("panel", 0), ("panel", 1)):
        await deps.generations.keep_image(ref("character" if kind == "character" else "panel", index), image())
    await store_translation(deps, source_of(PLAN), "ja", TITLES["ja"], ("雨。", SAID["ja"]), ("どこへ?", "ガシャン"))
    await store_translation(deps, source_of(PLAN), "ar", TITLES["ar"], ("مطر", SAID["ar"]), ("إلى أين؟", "بوم"))
    await set_record(deps, Ended(round=0, at=NOW))
    engine.show(GENERATION, ledger().model_copy(update={"language": "en"}), "completed")


@pytest.fixture
async def lettered(deps: Deps, engine: FakeEngine) -> Deps:
    """The finished comic."""
    await store(deps, engine)
    return deps


async def export(
    deps: Deps, engine: FakeEngine, rendering: Rendering = "pdf", language: str | None = None, *, is_book: bool = False
) -> Export:
    return await Exporter().export(deps, engine, GENERATION, rendering, None, language, is_book=is_book)


async def comic_of(deps: Deps, engine: FakeEngine, language: str | None = None) -> Comic:
    """Return the comic as it is rendered."""
    comics: list[Comic] = []

    async def render(comic: Comic | Book, _rendering: Rendering) -> bytes:
        assert isinstance(comic, Comic)
        comics.append(comic)
        return b"file"

    await Exporter(render).export(deps, engine, GENERATION, "pdf", None, language)
    return comics[0]


@pytest.mark.parametrize("language", [None, "en", "ja", "ar"])
async def test_comic_has_the_title_and_the_texts_of_the_language(
    lettered: Deps, engine: FakeEngine, language: str | None
) -> None:
    comic = await comic_of(lettered, engine, language)

    expected = language or "en"
    assert (comic.title, comic.language) == (TITLES[expected], expected)
    assert [text.text for text in comic.letterings[0].texts][1] == SAID[expected]
    assert {lettering.language for lettering in comic.letterings.values()} == {expected}


async def test_language_without_texts_is_refused_with_advice(lettered: Deps, engine: FakeEngine) -> None:
    with pytest.raises(NotFound, match=r"(?s)pt-BR.*POST /api/generations/.*/lettering"):
        await export(lettered, engine, language="pt-BR")


async def test_each_language_has_its_own_etag(lettered: Deps, engine: FakeEngine) -> None:
    etags = [(await export(lettered, engine, "png", language)).etag for language in (None, "en", "ja", "ar")]

    assert etags[0] == etags[1]
    assert len(set(etags)) == 3


async def test_etag_changes_with_an_edit_of_its_language_only(lettered: Deps, engine: FakeEngine) -> None:
    before = [(await export(lettered, engine, "png", language)).etag for language in ("en", "ja")]
    edit = LetteringEdit(texts=(EditedText(kind="dialogue", text="Gone for good!", speaker="Mira"),))
    await lettered.letterings.save_edit(GENERATION, "ja", panel_keys(PLAN)[0], edit, None)
    after = [(await export(lettered, engine, "png", language)).etag for language in ("en", "ja")]

    assert before[0] == after[0]
    assert before[1] != after[1]
    assert [text.text for text in (await comic_of(lettered, engine, "ja")).letterings[0].texts] == ["Gone for good!"]


@pytest.mark.parametrize(
    ("style", "language", "direction"),
    [("manga", "en", "rtl"), ("comic", "en", "ltr"), ("comic", "ja", "ltr"), ("comic", "ar", "rtl")],
)
async def test_script_from_right_to_left_is_read_from_right_to_left(
    deps: Deps, engine: FakeEngine, style: Style, language: str, direction: str
) -> None:
    await store(deps, engine, style)

    assert (await comic_of(deps, engine, language)).direction == direction


async def test_words_can_be_searched_in_the_pdf(lettered: Deps, engine: FakeEngine) -> None:
    for language in ("en", "ja"):
        pdf = PdfReader(io.BytesIO((await export(lettered, engine, "pdf", language)).content or b""), strict=True)
        # pypdf puts NULs between the letters of some fonts.
        text = "".join("".join(page.extract_text() for page in pdf.pages).replace("\0", "").split())
        assert SAID[language].replace(" ", "") in text


async def test_script_has_the_texts_with_their_places(lettered: Deps, engine: FakeEngine) -> None:
    content = (await export(lettered, engine, "json", "ja")).content or b""

    script = json.loads(content)
    ExportedScript.model_validate(script)
    assert (script["title"], script["lettering"], script["language"]) == ("港", "text", "ja")
    assert script["languages"] == ["en", "ar", "ja"]
    text = script["panels"][0]["lettering"]["texts"][1]
    assert (text["kind"], text["speaker"], text["text"]) == ("dialogue", "Mira", SAID["ja"])
    assert set(text["place"]) == {"x", "y", "width", "height"}
    assert script["panels"][0]["plan"]["texts"][1]["text"] == SAID["en"]


async def test_book_is_in_the_language(lettered: Deps, engine: FakeEngine) -> None:
    books = [await export(lettered, engine, "json", language, is_book=True) for language in ("ja", "ar")]
    titles = [json.loads(book.content or b"")["chapters"][0]["title"] for book in books]

    assert titles == [TITLES["ja"], TITLES["ar"]]
    with pytest.raises(NotFound):
        await export(lettered, engine, "json", "pt-BR", is_book=True)


async def test_comic_without_a_plan_has_no_texts(lettered: Deps, engine: FakeEngine) -> None:
    engine.show(GENERATION, planned_ledger().model_copy(update={"panels": None, "entries": ledger(2).entries}))

    assert (await comic_of(lettered, engine)).letterings == {}


async def test_drawn_comic_is_there_in_its_own_language_only(drawn: Deps, engine: FakeEngine) -> None:
    engine.show(GENERATION, ledger().model_copy(update={"language": "en"}), "completed")

    assert (await export(drawn, engine)).etag == (await export(drawn, engine, language="en")).etag
    with pytest.raises(LetteringIsDrawn):
        await export(drawn, engine, language="ja")
