"""Texts over the pictures, in every format that is drawn."""

import io
import zipfile
from dataclasses import replace
from typing import cast

import PIL.Image
import PIL.ImageChops
import pytest
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject

from api.export.comic.comic import Comic, Rendering, spoken_text
from api.export.comic.layout import Box
from api.export.comic.pages import EmptyFrame, Picture, panel_item
from api.export.formats import render
from shared.models.lettering import PanelLettering
from tests.unit.api.export.comics import drawn_panels
from tests.unit.api.export.lettered import WORDS, lettered_comic

INK, PAPER = 60, 200
PANELS = 3


def drawn(what: Comic, rendering: Rendering) -> list[PIL.Image.Image]:
    """Return the images of a file that has nothing else."""
    content = render(what, rendering)
    if rendering == "png":
        return [PIL.Image.open(io.BytesIO(content)).convert("RGB")]
    archive = zipfile.ZipFile(io.BytesIO(content))
    names = [name for name in archive.namelist() if name.endswith(".jpg")]
    return [PIL.Image.open(io.BytesIO(archive.read(name))).convert("RGB") for name in names]


def without_words(what: Comic) -> Comic:
    """Return the comic with a lettering of no texts."""
    return replace(
        what,
        letterings={index: each.model_copy(update={"texts": ()}) for index, each in what.letterings.items()},
    )


@pytest.mark.parametrize("rendering", ["cbz", "webtoon", "png"])
@pytest.mark.parametrize("language", WORDS)
def test_words_are_drawn_over_the_pictures(rendering: Rendering, language: str) -> None:
    what = lettered_comic(drawn_panels(PANELS), language)

    pairs = list(zip(drawn(what, rendering), drawn(without_words(what), rendering), strict=True))

    changes = [(words, PIL.ImageChops.difference(words, plain).getbbox()) for words, plain in pairs]
    changed = [words.convert("L").crop(box).histogram() for words, box in changes if box is not None]
    assert changed
    assert all(sum(shades[:INK]) > 0 and sum(shades[PAPER:]) > 0 for shades in changed)


def test_comic_with_drawn_lettering_is_as_before() -> None:
    what = replace(lettered_comic(drawn_panels(PANELS)), letterings={})

    assert panel_item(what, 0, Box(0, 0, 4, 3)).text == "Panel 1 of 3. Scene 1. Dialogue: Words 1!"


def test_words_are_in_the_alternative_text_of_a_panel_that_is_not_drawn() -> None:
    what = lettered_comic([*drawn_panels(1), None, None])

    item = panel_item(what, 1, Box(0, 0, 4, 3))

    said, told, heard = WORDS["en"]
    assert isinstance(item, EmptyFrame)
    assert item.text == f"Not drawn. Panel 2 of 3. Scene 2. {told} Mira: {said} {heard}"


def test_silent_panel_of_a_lettered_comic_has_no_dialogue() -> None:
    what = lettered_comic(drawn_panels(PANELS))

    item = panel_item(what, 2, Box(0, 0, 4, 3))

    assert isinstance(item, Picture)
    assert item.text == "Panel 3 of 3. Scene 3."


@pytest.mark.parametrize("language", WORDS)
def test_each_text_is_a_paragraph_of_the_pdf_after_its_figure(language: str) -> None:
    what = lettered_comic(drawn_panels(2), language)
    pdf = PdfReader(io.BytesIO(render(what, "pdf")), strict=True)

    root = cast("DictionaryObject", cast("DictionaryObject", pdf.trailer["/Root"])["/StructTreeRoot"])
    (document,) = cast("ArrayObject", root["/K"])
    parts = [part.get_object() for part in cast("ArrayObject", document.get_object()["/K"])]
    described = [(str(part["/S"]), str(part["/Alt"])) for part in parts]
    texts = [("/P", spoken_text(text)) for text in what.letterings[0].texts]
    assert described[2:6] == [("/Figure", "Panel 1 of 2. Scene 1."), *texts]
    assert described[6] == ("/Figure", "Panel 2 of 2. Scene 2.")


@pytest.mark.parametrize("rendering", ["cbz", "pdf", "webtoon", "png", "epub"])
def test_letters_that_no_font_has_do_no_harm(rendering: Rendering) -> None:
    what = lettered_comic(drawn_panels(2))
    unknown = {index: _unknown(each) for index, each in what.letterings.items()}

    assert render(replace(what, letterings=unknown), rendering)


def _unknown(lettering: PanelLettering) -> PanelLettering:
    lines = [
        text.model_copy(update={"lines": tuple(line.model_copy(update={"text": "\U0010fff0"}) for line in text.lines)})
        for text in lettering.texts
    ]
    return lettering.model_copy(update={"texts": tuple(lines)})
