"""Composition root of the Azure Functions app: hands out dependencies and registers the functions.

No setting is read and nothing is opened on import; settings and clients are made when a function is first called.
"""

import os
from dataclasses import replace
from functools import cache

import azure.durable_functions as df
import azure.functions as func
from azure.functions.warmup import WarmUpContext

import activities.blueprint
import api.blueprint
import maintenance.blueprint
import orchestrators.blueprint
from api.worker_server import fix_worker_server
from shared.deps import Deps
from shared.model.lazy import LazyModel, preload_model
from shared.outside.github import GitHubIssues
from shared.outside.reddit import RedditPosts
from shared.settings import load_auth_level, load_retention_schedule, load_settings
from shared.storage.azure_blobs import STEP_RETRIES, AzureBlobStore
from shared.storage.cached_blobs import CachedBlobs
from shared.storage.shared_values import SharedValues
from shared.telemetry.lazy import make_telemetry
from shared.telemetry.model import MeasuredImageModel, MeasuredTextModel


@cache
def resolve_deps() -> Deps:
    """Return what requests are handed in this process, made on first use."""
    settings = load_settings(os.environ)
    model = LazyModel(settings)
    telemetry = make_telemetry(settings)
    blobs = AzureBlobStore(settings)
    return Deps(
        settings=settings,
        blobs=blobs,
        text_model=MeasuredTextModel(model, settings.text_model, telemetry),
        image_model=MeasuredImageModel(model, settings.image_model, telemetry),
        posts=RedditPosts(settings),
        issues=GitHubIssues(settings),
        values=SharedValues(blobs),
        telemetry=telemetry,
    )


@cache
def resolve_step_deps() -> Deps:
    """Return what activities are handed: the same, with a storage that is waited for, and whose reads are cached."""
    deps = resolve_deps()
    blobs = CachedBlobs(AzureBlobStore(deps.settings, retries=STEP_RETRIES), deps.blob_cache)
    return replace(deps, blobs=blobs, values=SharedValues(blobs))


fix_worker_server()
app = df.DFApp(http_auth_level=func.AuthLevel(load_auth_level(os.environ)))
app.register_functions(orchestrators.blueprint.blueprint)
app.register_functions(maintenance.blueprint.build_blueprint(resolve_deps, load_retention_schedule(os.environ)))
app.register_functions(activities.blueprint.build_blueprint(resolve_step_deps))
app.register_functions(api.blueprint.build_blueprint(resolve_deps))


@app.function_name("warmup")
@app.warm_up_trigger("context")
def warmup(context: WarmUpContext) -> None:
    """Import the model's SDK, which takes seconds, before an instance gets its first request."""
    del context
    preload_model()
