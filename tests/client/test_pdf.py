"""comic.pdf, opened again with another library."""

from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from client.pdf import Portrait, render_comic
from client.pdf_text import draw_text
from tests.client.comics import image_bytes


def panel_file(folder: Path, name: str, size: tuple[int, int], image_format: str = "PNG") -> Path:
    path = folder / name
    path.write_bytes(image_bytes(size, image_format))
    return path


def open_pdf(content: bytes) -> PdfReader:
    return PdfReader(BytesIO(content), strict=True)


def test_every_image_is_in_the_pdf_and_the_cast_is_last(tmp_path: Path) -> None:
    panels = [panel_file(tmp_path, f"{index}.png", (40 + index, 30)) for index in range(6)]
    cast = [Portrait("Mira", panel_file(tmp_path, "mira.jpg", (30, 40), "JPEG"))]
    pdf = open_pdf(render_comic("The Lamp", panels, cast, right_to_left=True))
    texts = [page.extract_text() for page in pdf.pages]
    assert sum(len(page.images) for page in pdf.pages[:-1]) == 6
    assert "The Lamp" in texts[0]
    assert "Cast" in texts[-1]
    assert "Mira" in texts[-1]
    assert len(pdf.pages[-1].images) == 1
    assert [text.split()[-1] if number else None for number, text in enumerate(texts)][1:-1] == [
        str(number) for number in range(2, len(texts))
    ]


def test_panel_without_image_leaves_a_named_frame(tmp_path: Path) -> None:
    panels = [panel_file(tmp_path, "1.png", (4, 3)), None]
    pdf = open_pdf(render_comic("T", panels, [], right_to_left=False))
    assert "Panel 2 is missing" in "".join(page.extract_text() for page in pdf.pages)


def test_images_with_transparency_and_webp_are_drawn(tmp_path: Path) -> None:
    panels = [panel_file(tmp_path, "1.webp", (40, 30), "WEBP"), panel_file(tmp_path, "2.png", (30, 40))]
    pdf = open_pdf(render_comic("T", panels, [], right_to_left=False))
    assert sum(len(page.images) for page in pdf.pages) == 2


@pytest.mark.parametrize(
    "text",
    [
        "",
        "夜の灯台",
        "Ночь – 한국 – שלום – مرحبا – हिन्दी",
        "😀\U0010ffff\ud800",
        "Ünïcödé",
        "control\x00\x1b[31m\u202e",
        "e\u0301" * 500,
        "long words " * 300,
    ],
    ids=["empty", "cjk", "many", "no font", "latin-1", "control", "marks", "long"],
)
def test_any_title_and_name_can_be_printed(tmp_path: Path, text: str) -> None:
    image = panel_file(tmp_path, "1.png", (4, 3))
    pdf = open_pdf(render_comic(text, [image], [Portrait(text, image)], right_to_left=True))
    assert len(pdf.pages) == 2


def test_more_cast_than_a_page_holds_goes_on_the_next(tmp_path: Path) -> None:
    image = panel_file(tmp_path, "1.png", (3, 4))
    cast = [Portrait(f"Number {number}", image) for number in range(6)]
    pdf = open_pdf(render_comic("T", [image], cast, right_to_left=True))
    assert "Number 3" in pdf.pages[1].extract_text()
    assert "Number 5" in pdf.pages[2].extract_text()


def test_letters_without_a_font_become_question_marks() -> None:
    assert draw_text("\U0010fffd", 20).tobytes() == draw_text("?", 20).tobytes()
