"""Registers the activities under their wire names, with their dependencies handed in."""

from typing import TypedDict

import azure.durable_functions as df
from pydantic import JsonValue

from activities.analysis import analyze_story
from activities.characters import draw_character
from activities.chunking import chunk_story
from activities.panels import draw_panel
from activities.perform import perform
from shared import names
from shared.deps import ResolveDeps


class StepPayload(TypedDict):
    """A StepRequest as JSON. The worker accepts no richer annotation; `perform` validates the fields."""


def build_blueprint(resolve_deps: ResolveDeps) -> df.Blueprint:
    """Return the activities. Each takes a StepRequest and returns a StepOutcome, both as JSON."""
    blueprint = df.Blueprint()

    @blueprint.function_name(names.ANALYZE_STORY)
    @blueprint.activity_trigger(input_name="step")
    async def analysis(step: StepPayload) -> dict[str, JsonValue]:
        return await perform(resolve_deps(), step, analyze_story)

    @blueprint.function_name(names.CHUNK_STORY)
    @blueprint.activity_trigger(input_name="step")
    async def chunking(step: StepPayload) -> dict[str, JsonValue]:
        return await perform(resolve_deps(), step, chunk_story)

    @blueprint.function_name(names.DRAW_CHARACTER)
    @blueprint.activity_trigger(input_name="step")
    async def characters(step: StepPayload) -> dict[str, JsonValue]:
        return await perform(resolve_deps(), step, draw_character)

    @blueprint.function_name(names.DRAW_PANEL)
    @blueprint.activity_trigger(input_name="step")
    async def panels(step: StepPayload) -> dict[str, JsonValue]:
        return await perform(resolve_deps(), step, draw_panel)

    return blueprint
