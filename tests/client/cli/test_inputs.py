"""Stories and reference images on the command line."""

import struct
from pathlib import Path

import pytest
from PIL import Image

from client.cli.inputs import UsageError, read_request
from shared.models.http.requests import GenerateMangaRequest
from tests.client.comics import image_bytes


@pytest.fixture
def story(tmp_path: Path) -> Path:
    path = tmp_path / "story.txt"
    path.write_bytes("\ufeffDie Lampe erlosch. 夜".encode())
    return path


@pytest.fixture
def image(tmp_path: Path) -> Path:
    path = tmp_path / "mira.png"
    path.write_bytes(image_bytes())
    return path


def read(story: Path | str, characters: list[str] | None = None) -> GenerateMangaRequest:
    return read_request(str(story), "comic", no_dialogue=True, characters=characters or [], settings=[])


def test_request_has_the_story_and_its_references(tmp_path: Path, story: Path) -> None:
    (tmp_path / "mira=1.png").write_bytes(image_bytes(image_format="WEBP"))
    request = read(story, [f"Mira={tmp_path}/mira=1.png"])
    assert request.story == "Die Lampe erlosch. 夜"
    assert (request.style, request.no_dialogue) == ("comic", True)
    (reference,) = request.uploaded_character_references
    assert (reference.name, reference.file_name) == ("Mira", "mira=1.png")
    assert reference.model_dump(mode="json")["image"].startswith("data:image/webp;base64,")


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ("Mira", "needs NAME=FILE"),
        ("=x.png", "needs NAME=FILE"),
        ("Mira=", "needs NAME=FILE"),
        ("Mira=missing.png", r"'missing\.png' can't be read: No such file"),
        ("Mira=STORY", "not a valid PNG, JPEG or WebP image"),
        (f"{'M' * 121}=IMAGE", "at most 120 characters"),
    ],
)
def test_unusable_reference_is_named(story: Path, image: Path, given: str, complaint: str) -> None:
    with pytest.raises(UsageError, match=complaint):
        read(story, [given.replace("STORY", str(story)).replace("IMAGE", str(image))])


def test_missing_story_is_named() -> None:
    with pytest.raises(UsageError, match=r"'nowhere\.txt' can't be read: No such file"):
        read("nowhere.txt")


@pytest.mark.parametrize(
    ("content", "complaint"),
    [(b" \n", "blank"), (b"\x93\x81", r"story\.txt' can't be read as text: .* Save it as UTF-8")],
)
def test_unusable_story_is_refused(story: Path, content: bytes, complaint: str) -> None:
    story.write_bytes(content)
    with pytest.raises(UsageError, match=complaint):
        read(story)


def test_encoding_of_a_story_is_printed_unless_it_is_utf_8(story: Path, capsys: pytest.CaptureFixture[str]) -> None:
    story.write_bytes("Die Lampe fällt – “Wer da?”".encode("cp1252"))

    assert read(story).story == "Die Lampe fällt – “Wer da?”"
    assert capsys.readouterr().err == "Reading the story as Windows-1252.\n"


def test_jpeg_with_several_pictures_is_accepted(tmp_path: Path, story: Path) -> None:
    image = tmp_path / "mira.jpg"
    first, second = Image.new("RGB", (4, 3), "teal"), Image.new("RGB", (2, 2), "red")
    first.save(image, "MPO", save_all=True, append_images=[second])

    (reference,) = read(story, [f"Mira={image}"]).uploaded_character_references
    assert reference.image.media_type == "image/jpeg"


@pytest.mark.parametrize("error", [IndexError, TypeError, KeyError, struct.error, OverflowError, EOFError])
def test_image_that_crashes_pillow_is_named(
    story: Path, image: Path, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    def fail(_: object) -> None:
        raise error

    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", fail)
    with pytest.raises(UsageError, match=r"mira\.png' can't be used"):
        read(story, [f"Mira={image}"])


def test_too_many_references_are_refused(story: Path, image: Path) -> None:
    with pytest.raises(UsageError, match="at most 10 items"):
        read(story, [f"Mira={image}"] * 11)
