"""Dependencies with a real storage and a scripted model."""

import pytest

from shared.deps import Deps
from shared.outside.github import GitHubIssues
from shared.outside.reddit import RedditPosts
from shared.settings import load_settings
from shared.storage.azure_blobs import AzureBlobStore
from shared.storage.shared_values import SharedValues
from tests.support.fakes.engine import FakeEngine
from tests.support.fakes.model import ScriptedModel


@pytest.fixture
def model() -> ScriptedModel:
    return ScriptedModel()


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def deps(blobs: AzureBlobStore, model: ScriptedModel) -> Deps:
    """What activities and routes are handed; streams are quick."""
    settings = load_settings({"STREAM_POLL_SECONDS": "0.01", "STREAM_HEARTBEAT_SECONDS": "0.1"})
    return Deps(
        settings=settings,
        blobs=blobs,
        text_model=model,
        image_model=model,
        posts=RedditPosts(settings),
        issues=GitHubIssues(settings),
        values=SharedValues(blobs),
    )
