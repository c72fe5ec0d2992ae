"""Dependencies with a real storage and a scripted model."""

import pytest

from shared.adapters.blobs import AzureBlobStore
from shared.adapters.github import GitHubIssues
from shared.adapters.reddit import RedditPosts
from shared.deps import Deps
from shared.settings import load_settings
from shared.shared_values import SharedValues
from tests.fakes.engine import FakeEngine
from tests.fakes.model import ScriptedModel


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
