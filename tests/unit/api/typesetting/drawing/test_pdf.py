"""Lettering as vectors and invisible text of a PDF page."""

import io

import pytest
from fpdf import FPDF
from pypdf import PdfReader

from api.typesetting.drawing.pdf import draw_text
from shared.models.lettering import PanelLettering
from tests.unit.api.typesetting.drawing.panels import ALL, ASPECT, panel, set_text


def page_of(lettering: PanelLettering) -> tuple[str, str]:
    """Return the commands of a page with the lettering, and what a search finds in it."""
    pdf = FPDF(unit="mm", format=(180, 180 / ASPECT))
    pdf.add_page()
    for text in lettering.texts:
        draw_text(pdf, (0, 0, 180, 180 / ASPECT), lettering, text)
    page = PdfReader(io.BytesIO(bytes(pdf.output()))).pages[0]
    contents = page.get_contents()
    assert contents is not None
    # Two-byte fonts are read with a zero byte before each letter.
    return contents.get_data().decode("latin-1"), page.extract_text().replace("\x00", "")


@pytest.mark.parametrize("name", ALL)
def test_letters_are_paths(name: str) -> None:
    commands, _ = page_of(ALL[name]())

    assert commands.count(" c ") + commands.count(" v ") + commands.count(" y ") > 50
    assert "/Image" not in commands


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("speech", "Wake up,\nGrandfather!"),
        ("caption", "That night."),
        ("effect", "KRRRASH!"),
        ("column", "「起きて！\nおじいちゃん…。」"),
        ("arabic", ""),
    ],
)
def test_text_whose_letters_are_simple_can_be_searched(name: str, found: str) -> None:
    _, text = page_of(ALL[name]())

    assert text == found


@pytest.mark.parametrize("name", ["speech", "column"])
def test_text_for_searches_is_invisible(name: str) -> None:
    commands, _ = page_of(ALL[name]())

    assert commands.count(" Tj") == commands.count(" 3 Tr ") > 0


@pytest.mark.parametrize("name", ALL)
def test_document_is_the_same_each_time(name: str) -> None:
    assert page_of(ALL[name]()) == page_of(ALL[name]())


@pytest.mark.parametrize("words", [[], [""], [" "], ["\U00012000"], ["a" * 300]])
def test_odd_texts_can_be_drawn(words: list[str]) -> None:
    page_of(panel(set_text(words, (0.1, 0.1, 0.2, 0.1))))
