"""The archive of all files, opened again."""

import io
import json
import zipfile
from pathlib import PurePosixPath, PureWindowsPath

import pytest

from api.export.archives.files import render_zip
from api.export.comic.comic import Comic
from tests.unit.api.export.comics import COLOURS, TALL, comic, drawn_panels, picture
from tests.unit.api.export.lettered import lettered_comic, set_texts

SHEET = picture(COLOURS[0], TALL, "JPEG")


def opened(what: Comic) -> zipfile.ZipFile:
    archive = zipfile.ZipFile(io.BytesIO(render_zip(what)))
    assert archive.testzip() is None
    return archive


def test_archive_has_every_image_in_its_own_format_and_the_plan() -> None:
    webp = picture(COLOURS[1], image_format="WEBP")
    panels = [*drawn_panels(1), None, webp]

    archive = opened(comic(panels, cast=[("Mira", SHEET), ("Old Tom", SHEET)]))

    assert archive.namelist() == [
        "analysis.json",
        "chunks.json",
        "characters/01-Mira.jpg",
        "characters/02-Old-Tom.jpg",
        "panels/01.png",
        "panels/03.webp",
    ]
    assert archive.read("panels/03.webp") == webp.content
    assert archive.read("characters/01-Mira.jpg") == SHEET.content
    assert json.loads(archive.read("analysis.json"))["title"] == "The Lamp"
    assert len(json.loads(archive.read("chunks.json"))["panels"]) == 3


def test_words_that_are_no_part_of_the_pictures_are_beside_them() -> None:
    archive = opened(lettered_comic(drawn_panels(2), "ja", title="灯台"))

    words = json.loads(archive.read("lettering.json"))
    assert (words["language"], words["title"]) == ("ja", "灯台")
    assert [panel["panel"] for panel in words["panels"]] == [0, 1]
    assert [text["text"] for text in words["panels"][0]["texts"]] == [text.text for text in set_texts("ja")]


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "C:\\x", "CON", "\x00\x1b", "a/b", "夜の灯台", ".", "\u202egnp.exe"]
)
def test_names_cannot_escape_their_folder(name: str) -> None:
    archive = opened(comic([], cast=[(name, SHEET), (name, SHEET)]))

    for written in archive.namelist()[1:]:
        assert PurePosixPath(written).parent == PurePosixPath("characters")
        assert PureWindowsPath(written).parts == ("characters", PurePosixPath(written).name)
    assert len(set(archive.namelist())) == 3


def test_same_comic_is_the_same_file() -> None:
    assert render_zip(comic(drawn_panels(2))) == render_zip(comic(drawn_panels(2)))
