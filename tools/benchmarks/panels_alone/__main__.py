"""`python -m tools.benchmarks.panels_alone --ready-file PATH`, with the app's settings in the environment.

`POST /comics?count=N` draws N panels at once, each of another generation, and answers the seconds that it took.
"""

import itertools
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from functools import partial

import function_app
from activities.panels import draw_panel
from activities.perform import perform
from shared.deps import Deps
from shared.images.check import ImageLimits
from shared.images.image import Image
from shared.images.normalized import normalize_image
from shared.model.lazy import preload_model
from shared.models.steps import STEP_OUTCOME, StepDone, StepFailed, StepRequest
from shared.models.story import Character, PanelPlan, Setting, StoryAnalysis, StoryBreakdown
from shared.names import new_generation_id
from shared.storage.generations import Inputs, NamedImage
from tools.benchmarks.comics_api import MakeComic, serve_steps
from tools.benchmarks.model_stub.answers import png

# More than any row draws at once: panels that are drawn side by side share no image.
GENERATIONS = 30
REFERENCES = 6
UPLOAD_BYTES = 4_000_000

_ANALYSIS = StoryAnalysis(
    title="A Day at the Harbour",
    characters=(Character(name="Mira", physical_description="a red coat", personality="kind", role="sailor"),),
    setting=Setting(time_period="today", location="a harbour", mood="calm"),
)
_PANEL = PanelPlan(
    panel_number=1, characters=("Mira",), scene_description="The sea.", camera_angle="wide shot", visual_mood="bright"
)


def main() -> None:
    """Serve until the process is told to end."""
    serve_steps("tools.benchmarks.panels_alone", __doc__, _running)


@asynccontextmanager
async def _running() -> AsyncGenerator[MakeComic]:
    preload_model()
    deps = function_app.resolve_step_deps()
    settings = deps.settings
    upload = normalize_image(png(UPLOAD_BYTES), ImageLimits(settings.max_image_bytes, settings.max_image_pixels))
    ids = [await _planned(deps, upload) for _ in range(GENERATIONS)]
    turns = ((generation_id, version) for version in itertools.count(1) for generation_id in ids)
    yield partial(_draw_next, deps, turns)


async def _planned(deps: Deps, upload: Image) -> str:
    """Save a generation with its plan and its references, and return its id."""
    generation_id = new_generation_id()
    references = [NamedImage(f"Place {number}", upload) for number in range(REFERENCES)]
    inputs = Inputs("Mira saw the sea.", "manga", no_dialogue=True, setting_references=references)
    await deps.generations.save_inputs(generation_id, inputs)
    await deps.generations.keep_text(generation_id, _ANALYSIS)
    await deps.generations.keep_text(generation_id, StoryBreakdown(panels=(_PANEL, _PANEL)))
    return generation_id


async def _draw_next(deps: Deps, turns: Iterator[tuple[str, int]]) -> None:
    generation_id, version = next(turns)
    step = StepRequest(generation_id=generation_id, kind="panel", version=version)
    outcome = STEP_OUTCOME.validate_python(await perform(deps, step.model_dump(mode="json", by_alias=True), draw_panel))
    match outcome:
        case StepDone():
            return
        case StepFailed():
            raise RuntimeError(f"The panel of {generation_id} failed: {outcome.failure}.")


if __name__ == "__main__":
    main()
