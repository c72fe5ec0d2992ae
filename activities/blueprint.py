"""Registers the activities under their names in the durable engine."""

from typing import TypedDict

import azure.durable_functions as df
from pydantic import JsonValue

from activities.analysis import analyze_story
from activities.characters import draw_character
from activities.chunking import chunk_story
from activities.ledger import load_ledger, save_ledger
from activities.lettering.translation import translate_texts
from activities.next_chapter import begin_next_chapter
from activities.panels import draw_panel
from activities.perform import perform
from activities.results import copy_images
from shared import names
from shared.deps import ResolveDeps
from shared.durable_engine import DurableEngine


class Payload(TypedDict):
    """An activity's input as JSON. The worker accepts no richer annotation; the activity validates the fields."""


def build_blueprint(resolve_deps: ResolveDeps) -> df.Blueprint:
    """Return the activities. A step's takes a StepRequest and returns a StepOutcome, both as JSON."""
    blueprint = df.Blueprint()

    @blueprint.function_name(names.ANALYZE_STORY)
    @blueprint.activity_trigger(input_name="step")
    async def analysis(step: Payload) -> dict[str, JsonValue]:
        return await perform(resolve_deps(), step, analyze_story)

    @blueprint.function_name(names.CHUNK_STORY)
    @blueprint.activity_trigger(input_name="step")
    async def chunking(step: Payload) -> dict[str, JsonValue]:
        return await perform(resolve_deps(), step, chunk_story)

    @blueprint.function_name(names.DRAW_CHARACTER)
    @blueprint.activity_trigger(input_name="step")
    async def characters(step: Payload) -> dict[str, JsonValue]:
        return await perform(resolve_deps(), step, draw_character)

    @blueprint.function_name(names.DRAW_PANEL)
    @blueprint.activity_trigger(input_name="step")
    async def panels(step: Payload) -> dict[str, JsonValue]:
        return await perform(resolve_deps(), step, draw_panel)

    @blueprint.function_name(names.TRANSLATE_LETTERING)
    @blueprint.activity_trigger(input_name="step")
    async def translation(step: Payload) -> dict[str, JsonValue]:
        return await perform(resolve_deps(), step, translate_texts)

    @blueprint.function_name(names.SAVE_LEDGER)
    @blueprint.activity_trigger(input_name="request")
    async def keep_ledger(request: Payload) -> JsonValue:
        return await save_ledger(resolve_deps(), request)

    @blueprint.function_name(names.LOAD_LEDGER)
    @blueprint.activity_trigger(input_name="request")
    async def kept_ledger(request: Payload) -> JsonValue:
        return await load_ledger(resolve_deps(), request)

    @blueprint.function_name(names.COPY_IMAGES)
    @blueprint.activity_trigger(input_name="request")
    async def image_copies(request: Payload) -> JsonValue:
        return await copy_images(resolve_deps(), request)

    @blueprint.function_name(names.BEGIN_NEXT_CHAPTER)
    @blueprint.activity_trigger(input_name="request")
    @blueprint.durable_client_input(client_name="client")
    async def next_chapter(request: Payload, client: df.DurableOrchestrationClient) -> None:
        await begin_next_chapter(resolve_deps(), DurableEngine(client), request)

    return blueprint
