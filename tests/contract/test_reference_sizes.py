"""Requests to the model stay below 18 MiB, whatever was uploaded and drawn."""

import base64

import pytest
from pydantic import JsonValue

from activities.panels import draw_panel
from activities.perform import perform
from api.generations.start import Starter
from api.limits.limits import Limits
from api.requests.body import validate_body
from shared.deps import Deps
from shared.images.image import Image
from shared.images.normalized import MAX_NORMALIZED_BYTES
from shared.model.request_size import MAX_REQUEST_BYTES
from shared.models.http.requests import MAX_REFERENCES, GenerateMangaRequest
from shared.models.steps import StepRequest
from shared.models.story import StoryBreakdown
from shared.outside.github import GitHubIssues
from shared.outside.reddit import RedditPosts
from shared.settings import load_settings
from shared.storage.azure_blobs import AzureBlobStore
from shared.storage.generations import Inputs, NamedImage
from shared.storage.shared_values import SharedValues
from tests.contract.models import Connect
from tests.support.emulator_control import EmulatorControl
from tests.support.fakes.engine import FakeEngine
from tests.support.fakes.pictures import noise
from tests.support.fakes.stories import analysis, panel, ref

# The storage's SDK sends a blob in one piece.
pytestmark = pytest.mark.filterwarnings("ignore:Sending a large body directly:ResourceWarning")

CAST = ("Mira", "Jon", "Ada", "Ben")
# A little below what a request to the app may have: ten of them.
UPLOAD = noise("PNG", 690)
# More than a model's drawing of 1K usually has.
SHEET = Image(noise("PNG", 900), "image/png")


@pytest.fixture
def deps(blobs: AzureBlobStore, connect: Connect) -> Deps:
    """The real storage and the real adapter of the model, on their emulators."""
    settings, model = load_settings({}), connect()
    return Deps(
        settings=settings,
        blobs=blobs,
        text_model=model,
        image_model=model,
        posts=RedditPosts(settings),
        issues=GitHubIssues(settings),
        values=SharedValues(blobs),
    )


def body_with_uploads() -> dict[str, JsonValue]:
    url = f"data:image/png;base64,{base64.b64encode(UPLOAD).decode()}"
    uploads: list[JsonValue] = [{"name": f"Place {number}", "image": url} for number in range(MAX_REFERENCES)]
    return {"story": "Mira met Jon.", "style": "manga", "uploadedSettingReferences": uploads}


async def draw_first_panel(deps: Deps, generation_id: str) -> None:
    step = await save_plan(deps, generation_id)
    outcome = await perform(deps, step.model_dump(mode="json", by_alias=True), draw_panel)
    assert outcome["outcome"] == "done"


async def save_plan(deps: Deps, generation_id: str) -> StepRequest:
    """Save what comes before the first panel, and return the panel's step."""
    generations = deps.generations
    await generations.keep_text(generation_id, analysis(*CAST))
    await generations.keep_text(generation_id, StoryBreakdown(panels=(panel(1, *CAST), panel(2))))
    for index in range(len(CAST)):
        await generations.keep_image(ref("character", index, generation_id=generation_id), SHEET)
    sheets = dict.fromkeys(range(len(CAST)), 1)
    return StepRequest(generation_id=generation_id, kind="panel", index=0, sheets=sheets)


def images_shown(emulator: EmulatorControl) -> list[dict[str, int | str]]:
    """Return the media type and size of each image in the last request."""
    return emulator.of(full=True)[-1]["images"]


def request_bytes(emulator: EmulatorControl) -> int:
    """Return the size of the last request; its texts are JSON, and images base64."""
    call = emulator.of(full=True)[-1]
    texts = sum(len(text.encode("unicode_escape")) for text in call["texts"])
    return texts + sum(4 * (image["bytes"] + 2) // 3 for image in call["images"])


async def stored_uploads(deps: Deps, generation_id: str) -> list[Image]:
    request = await deps.generations.request(generation_id)
    uploads = await deps.generations.uploads(generation_id, "setting", request.setting_references)
    return [upload.image for upload in uploads]


async def test_most_and_largest_uploads_are_sent_to_the_model_as_they_were_stored(
    deps: Deps, emulator: EmulatorControl
) -> None:
    body = body_with_uploads()
    assert len(str(body)) > 0.9 * deps.settings.max_request_bytes
    request = await validate_body(GenerateMangaRequest, body, deps.settings)
    limits = Limits(deps.settings, deps.blobs)
    generation_id = await Starter(deps, limits, FakeEngine(), "203.0.113.7").start(request, "digest", None)
    stored = await stored_uploads(deps, generation_id)
    assert max(len(upload.content) for upload in stored) <= MAX_NORMALIZED_BYTES

    await draw_first_panel(deps, generation_id)

    assert images_shown(emulator)[len(CAST) :] == [
        {"mimeType": "image/jpeg", "bytes": len(upload.content)} for upload in stored
    ]
    assert len(images_shown(emulator)) == len(CAST) + MAX_REFERENCES
    assert request_bytes(emulator) < MAX_REQUEST_BYTES


async def test_large_uploads_that_an_earlier_version_stored_are_made_smaller(
    deps: Deps, emulator: EmulatorControl
) -> None:
    generation_id = "0" * 32
    uploads = [NamedImage(f"Place {number}", Image(UPLOAD, "image/png")) for number in range(MAX_REFERENCES)]
    inputs = Inputs("Mira met Jon.", "manga", no_dialogue=False, setting_references=uploads)
    await deps.generations.save_inputs(generation_id, inputs)

    await draw_first_panel(deps, generation_id)

    assert len(images_shown(emulator)) == len(CAST) + MAX_REFERENCES
    assert all(int(image["bytes"]) <= MAX_NORMALIZED_BYTES for image in images_shown(emulator))
    assert request_bytes(emulator) < MAX_REQUEST_BYTES
