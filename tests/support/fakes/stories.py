"""A generation's inputs and results, small and typed."""

from pydantic import JsonValue

from shared.deps import Deps
from shared.images.image import Image
from shared.models.step_ref import StepKind, StepRef
from shared.models.steps import StepRequest
from shared.models.story import Character, PanelPlan, Setting, StoryAnalysis, StoryBreakdown
from shared.storage.generations import Inputs, NamedImage
from tests.support.fakes.pictures import png

GENERATION = "0123456789abcdef" * 2

SETTING = Setting(time_period="today", location="a harbour", mood="calm")


def character(name: str) -> Character:
    """Return a character of that name."""
    return Character(name=name, physical_description=f"{name} wears red", personality="kind", role="hero")


def analysis(*names: str) -> StoryAnalysis:
    """Return an analysis with these characters."""
    return StoryAnalysis(title="The Harbour", characters=tuple(character(name) for name in names), setting=SETTING)


def panel(number: int, *names: str, dialogue: str | None = None, camera_angle: str = "medium shot") -> PanelPlan:
    """Return a panel with these characters."""
    return PanelPlan(
        panel_number=number,
        characters=names,
        scene_description=f"scene {number}",
        dialogue=dialogue,
        camera_angle=camera_angle,
        visual_mood="bright",
    )


def image(colour: str = "navy") -> Image:
    """Return a small picture."""
    return Image(png(colour=colour), "image/png")


def named(name: str, colour: str = "navy") -> NamedImage:
    """Return a small picture of somebody or something."""
    return NamedImage(name, image(colour))


async def save_plan(deps: Deps, inputs: Inputs, plan: StoryAnalysis, *panels: PanelPlan) -> None:
    """Store a generation's inputs, its analysis and, where there are any, its panels' plan."""
    await deps.generations.save_inputs(GENERATION, inputs)
    await deps.generations.keep_text(GENERATION, plan)
    if panels:
        await deps.generations.keep_text(GENERATION, StoryBreakdown(panels=panels))


def ref(kind: StepKind, index: int = 0, version: int = 1, generation_id: str = GENERATION) -> StepRef:
    """Return a step of the generation."""
    return StepRef(generation_id=generation_id, kind=kind, index=index, version=version)


def step(kind: StepKind, index: int = 0, sheets: dict[int, int] | None = None) -> StepRequest:
    """Return the request for a step of the generation."""
    return StepRequest(generation_id=GENERATION, kind=kind, index=index, sheets=sheets or {})


def payload(kind: StepKind, index: int = 0, sheets: dict[int, int] | None = None) -> dict[str, JsonValue]:
    """Return the same request as the engine hands it to the step's activity."""
    return step(kind, index, sheets).model_dump(mode="json", by_alias=True)
