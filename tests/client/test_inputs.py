"""What is given on the command line, before anything is sent."""

from pathlib import Path

import pytest

from client.inputs import UsageError, read_request
from shared.models.requests import GenerateMangaRequest
from tests.client.comics import image_bytes


@pytest.fixture
def story(tmp_path: Path) -> Path:
    path = tmp_path / "story.txt"
    path.write_bytes("\ufeffDie Lampe erlosch. 夜".encode())
    return path


def read(story: Path | str, characters: list[str] | None = None) -> GenerateMangaRequest:
    return read_request(str(story), "comic", no_dialogue=True, characters=characters or [], settings=[])


def test_request_carries_story_and_references(tmp_path: Path, story: Path) -> None:
    (tmp_path / "mira=1.png").write_bytes(image_bytes(image_format="WEBP"))
    request = read(story, [f"Mira = {tmp_path}/mira=1.png".replace(" = ", "=")])
    assert request.story == "Die Lampe erlosch. 夜"
    assert (request.style, request.no_dialogue) == ("comic", True)
    (reference,) = request.uploaded_character_references
    assert (reference.name, reference.file_name) == ("Mira", "mira=1.png")
    assert reference.model_dump(mode="json")["image"].startswith("data:image/webp;base64,")


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ("Mira", "takes NAME=FILE"),
        ("=x.png", "takes NAME=FILE"),
        ("Mira=", "takes NAME=FILE"),
        ("Mira=missing.png", r"'missing\.png' can't be read: No such file"),
        ("Mira=STORY", "no PNG, JPEG or WebP image"),
        (f"{'M' * 121}=IMAGE", "at most 120 characters"),
    ],
)
def test_reference_that_can_not_be_used_is_named(tmp_path: Path, story: Path, given: str, complaint: str) -> None:
    image = tmp_path / "image.png"
    image.write_bytes(image_bytes())
    with pytest.raises(UsageError, match=complaint):
        read(story, [given.replace("STORY", str(story)).replace("IMAGE", str(image))])


def test_missing_story_is_named() -> None:
    with pytest.raises(UsageError, match=r"'nowhere\.txt' can't be read: No such file"):
        read("nowhere.txt")


@pytest.mark.parametrize(("content", "complaint"), [(b" \n", "blank"), (b"\xff\xfe\x00", "not UTF-8")])
def test_story_that_is_none_is_refused(tmp_path: Path, content: bytes, complaint: str) -> None:
    path = tmp_path / "story.txt"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=complaint):
        read(path)


def test_too_many_references_are_refused(tmp_path: Path, story: Path) -> None:
    image = tmp_path / "image.png"
    image.write_bytes(image_bytes())
    with pytest.raises(UsageError, match="at most 10 items"):
        read(story, [f"Mira={image}"] * 11)
