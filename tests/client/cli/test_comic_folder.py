"""The files of a generation."""

import json
from pathlib import Path

import pytest
from PIL import Image

from client import Line
from client.cli.output.comic_folder import STREAM_FILE, ComicFolder, generation_in
from client.images import NotAnImage, from_data_url, read_image, to_data_url
from shared.models.messages import StreamMessage
from shared.ndjson import to_line
from tests.client.comics import (
    GENERATION_ID,
    TITLE,
    analysis,
    character,
    data_url,
    image_bytes,
    panel,
    status,
    whole_comic,
)


def line(message: StreamMessage) -> Line:
    return Line(to_line(message)[:-1], message)


def receive_all(folder: ComicFolder, messages: list[StreamMessage]) -> None:
    for message in messages:
        folder.receive(line(message))
    folder.close()


def files_in(path: Path) -> set[str]:
    return {str(file.relative_to(path)) for file in path.rglob("*") if file.is_file()}


def test_file_extension_matches_the_image_type(tmp_path: Path) -> None:
    receive_all(ComicFolder(tmp_path / "a/b"), whole_comic())
    names = {"characters/01-Mira.png", "characters/02-Tom.jpg", "panels/01.webp", "panels/02.png", "panels/03.png"}
    assert files_in(tmp_path / "a/b") == names | {"analysis.json", "chunks.json", STREAM_FILE}
    for name in names:
        with Image.open(tmp_path / "a/b" / name) as image:
            image.load()
    assert json.loads((tmp_path / "a/b/analysis.json").read_bytes())["title"] == TITLE


def test_every_line_is_written_immediately(tmp_path: Path) -> None:
    folder = ComicFolder(tmp_path)
    expected = b""
    for message in [status(), *whole_comic()]:
        folder.receive(line(message))
        expected += to_line(message)
        assert (tmp_path / STREAM_FILE).read_bytes() == expected
    folder.close()


def test_new_version_replaces_an_image_of_another_type(tmp_path: Path) -> None:
    folder = ComicFolder(tmp_path)
    receive_all(
        folder,
        [
            analysis(1),
            panel(2, 0),
            panel(3, 0, data_url((5, 5), "JPEG"), version=2),
            panel(4, 9),
            character(5, 0, "Mira"),
            character(6, 0, "Mira Two"),
        ],
    )
    assert {name for name in files_in(tmp_path) if "/" in name} == {
        "panels/01.jpg",
        "panels/10.png",
        "characters/01-Mira-Two.png",
    }
    assert folder.panels[0] == tmp_path / "panels/01.jpg"


@pytest.mark.parametrize(
    "image",
    ["", "http://app/x.png", "data:image/png;base64,@@", "data:image/png;base64,AAAA", data_url((64, 64))[:-60]],
    ids=["empty", "URL", "invalid base64", "not an image", "truncated"],
)
def test_unreadable_image_is_recorded_and_not_written(tmp_path: Path, image: str) -> None:
    folder = ComicFolder(tmp_path)
    receive_all(folder, [panel(1, 0).model_copy(update={"data": panel(1, 0).data.model_copy(update={"image": image})})])
    assert list(folder.unreadable) == [("panel", 0)]
    assert files_in(tmp_path) == {STREAM_FILE}


def test_first_line_replaces_an_earlier_stream(tmp_path: Path) -> None:
    receive_all(ComicFolder(tmp_path), whole_comic())
    before = (tmp_path / STREAM_FILE).read_bytes()
    again = ComicFolder(tmp_path)
    assert (tmp_path / STREAM_FILE).read_bytes() == before
    receive_all(again, whole_comic())
    assert (tmp_path / STREAM_FILE).read_bytes() == before


def test_folder_knows_its_generation(tmp_path: Path) -> None:
    assert generation_in(tmp_path) is None
    receive_all(ComicFolder(tmp_path), whole_comic())
    assert generation_in(tmp_path) == GENERATION_ID
    (tmp_path / STREAM_FILE).write_bytes(b"something else\n")
    assert generation_in(tmp_path) is None


def test_image_survives_its_data_url() -> None:
    image = read_image(image_bytes((5, 7), "JPEG"))
    assert (image.extension, image.width, image.height) == ("jpg", 5, 7)
    assert to_data_url(image).startswith("data:image/jpeg;base64,")
    assert from_data_url(to_data_url(image)) == image


def test_other_image_types_are_refused() -> None:
    with pytest.raises(NotAnImage):
        read_image(image_bytes((5, 7), "GIF"))
