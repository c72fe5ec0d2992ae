"""The app's real code with a storage, an engine, a model and a clock in memory, and a record of its model calls."""

import asyncio
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

from pydantic import BaseModel, JsonValue

from activities.analysis import analyze_story
from activities.characters import draw_character
from activities.chunking import chunk_story
from activities.ledger import load_ledger, save_ledger
from activities.lettering.translation import TranslatedText, TranslationAnswer, translate_texts
from activities.panels import draw_panel
from activities.perform import perform
from activities.results import copy_images
from api.limits.limits import Limits
from shared import names
from shared.deps import Deps
from shared.errors import ContentBlocked, ModelRateLimited, ModelUnavailable
from shared.images.image import Image
from shared.models.lettering import PlannedText
from shared.models.prices import ImageSize
from shared.models.step_ref import ImageKind
from shared.models.story import Plan, StoryBreakdown
from shared.models.usage import Usage
from shared.outside.github import GitHubIssues
from shared.outside.reddit import RedditPosts
from shared.ports import Answered, AspectRatio, Prompt
from shared.settings import load_settings
from shared.storage.shared_values import SharedValues
from tests.explorer.engine import MemoryEngine
from tests.explorer.processes import LAST_CALLS, Process, ProcessBlobs, ProcessEngine
from tests.support.fakes.memory_blobs import MemoryBlobs
from tests.support.fakes.stories import analysis, panel

_BEGUN = datetime(2026, 1, 1, tzinfo=UTC)
_USED = Usage(calls=1, input_tokens=1)
_SETTINGS = load_settings(
    {"RETENTION_BATCH": "10000", "MAX_RUNNING_GENERATIONS": "20", "STEP_LEASE_SECONDS": "30", "GEMINI_API_KEY": "none"}
)
_PLAN = analysis("Mira")
# Comics whose lettering is drawn leave out the texts.
_BREAKDOWN = StoryBreakdown(
    panels=tuple(
        each.model_copy(update={"texts": (PlannedText(kind="narration", text="Later"),), "faces": ()})
        for each in (panel(1, "Mira"), panel(2))
    )
)
_TRANSLATION = TranslationAnswer(
    title="Ein Boot", texts=tuple(TranslatedText(number=number, text="Danach") for number in range(1, 9))
)

#: One step in one round: generation, kind (of a translation with its language and texts), index, version, round.
type StepRun = tuple[str, str, int, int, int]


@dataclass(slots=True)
class Calls:
    """Paid calls: how many each step made in each round, how many failed, and how many were lost with their process.

    A call is in flight until its activity has ended: until then its answer may not be stored.
    """

    made: Counter[StepRun] = field(default_factory=Counter[StepRun])
    failed: Counter[StepRun] = field(default_factory=Counter[StepRun])
    lost: Counter[StepRun] = field(default_factory=Counter[StepRun])
    waits: Counter[StepRun] = field(default_factory=Counter[StepRun])
    in_flight: defaultdict[Process, list[StepRun]] = field(default_factory=lambda: defaultdict(list))
    # In which turn the generation's record was read before the call (None: it was not).
    checked: list[tuple[StepRun, int | None]] = field(default_factory=list[tuple[StepRun, int | None]])


class World:
    """Storage, engine and model, and the processes that use them."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.blobs = MemoryBlobs(self.utc_now)
        self.calls = Calls()
        self.fault_rate = 0.0
        self.model_fault_rate = 0.0
        self.worker = Process(rng)
        self.web = Process(rng)
        self.engine = MemoryEngine(rng, self.utc_now, self._run_activity, self.worker)

    def utc_now(self) -> datetime:
        return _BEGUN + timedelta(seconds=asyncio.get_running_loop().time())

    def crash(self) -> None:
        """Kill the host, with its web server and its worker; another one starts."""
        self._kill(self.worker)
        self.web.kill()
        self._restart()

    def lose_host(self) -> None:
        """Kill the host; its worker goes on for a while without it."""
        self.worker.lost.set()
        asyncio.get_running_loop().call_later(5, self._kill, self.worker)
        self.web.kill()
        self._restart()

    def _kill(self, worker: Process) -> None:
        self.calls.lost.update(self.calls.in_flight.pop(worker, []))
        worker.kill()

    def _restart(self) -> None:
        self.worker = Process(self.rng, self.fault_rate)
        self.web = Process(self.rng, self.fault_rate)
        self.engine.worker = self.worker

    def deps(self, process: Process, model: "Model | None" = None) -> Deps:
        blobs = ProcessBlobs(self.blobs, process)
        model = model or Model(self, process, None)
        return Deps(
            settings=_SETTINGS,
            blobs=blobs,
            text_model=model,
            image_model=model,
            posts=_POSTS,
            issues=_ISSUES,
            values=SharedValues(blobs),
            now=lambda: self.utc_now().timestamp(),
        )

    def web_deps(self) -> tuple[Deps, Limits, ProcessEngine]:
        """Return what a route is handed, in the process that serves requests now."""
        deps = self.deps(self.web)
        return deps, Limits(deps.settings, deps.blobs), ProcessEngine(self.engine, self.web)

    async def _run_activity(self, process: Process, name: str, payload: JsonValue) -> JsonValue:
        if name == names.SAVE_LEDGER:
            return await save_ledger(self.deps(process), payload)
        if name == names.LOAD_LEDGER:
            return await load_ledger(self.deps(process), payload)
        if name == names.COPY_IMAGES:
            return await copy_images(self.deps(process), payload)
        assert isinstance(payload, dict)
        model = Model(self, process, _step_run(payload))
        try:
            return await self._run_step(self.deps(process, model), name, payload)
        finally:
            model.settle()

    async def _run_step(self, deps: Deps, name: str, payload: JsonValue) -> JsonValue:
        match name:
            case names.ANALYZE_STORY:
                return await perform(deps, payload, analyze_story)
            case names.CHUNK_STORY:
                return await perform(deps, payload, chunk_story)
            case names.TRANSLATE_LETTERING:
                return await perform(deps, payload, translate_texts)
            case names.DRAW_CHARACTER:
                return await perform(deps, payload, draw_character)
            case _:
                return await perform(deps, payload, draw_panel)


def drawn_from(prompt: Prompt) -> bytes:
    """Return the image that the model draws: what of the plan is in the prompt."""
    return "|".join(dict.fromkeys(_DRAWN.findall(prompt.task))).encode()


def drawing_of(plan: Plan, kind: ImageKind, index: int) -> bytes:
    """Return the image that shows this part of the plan."""
    if kind == "character":
        return f"{plan.analysis.characters[index].name}|{plan.analysis.setting.mood}".encode()
    panel = plan.chunks.panels[index]
    return "|".join([panel.scene_description, *panel.characters, plan.analysis.setting.mood]).encode()


# A character's name, a panel's scene, the setting's mood.
_DRAWN = re.compile(r'"(?:name|sceneDescription|mood)": "([^"]*)"')
_POSTS, _ISSUES = RedditPosts(_SETTINGS), GitHubIssues(_SETTINGS)


def _step_run(payload: dict[str, JsonValue]) -> StepRun:
    index, version, round_ = (
        payload.get(name, default) for name, default in (("index", 0), ("version", 1), ("round", 0))
    )
    assert isinstance(index, int) and isinstance(version, int) and isinstance(round_, int)  # noqa: PT018
    kind = str(payload["kind"])
    if kind == "lettering":
        kind = f"{kind} {payload['language']} {payload['source']}"
    return str(payload["generationId"]), kind, index, version, round_


@dataclass(slots=True)
class Model:
    """TextModel and ImageModel that take a while, fail at times, and record the paid calls."""

    world: World
    process: Process
    step: StepRun | None
    begun: int = 0

    def settle(self) -> None:
        """Record that the results of this copy's paid calls are stored or reported as failures."""
        in_flight = self.world.calls.in_flight[self.process]
        for _ in range(self.begun):
            if self.step in in_flight:
                in_flight.remove(self.step)

    async def answer[Answer: BaseModel](self, prompt: Prompt, shape: type[Answer]) -> Answered[Answer]:
        del prompt
        await self._call()
        if shape is TranslationAnswer:
            return Answered(shape.model_validate(_TRANSLATION.model_dump()), _USED)
        value = _PLAN if shape.model_fields.keys() & {"title"} else _BREAKDOWN
        return Answered(shape.model_validate(value.model_dump()), _USED)

    async def draw(self, prompt: Prompt, aspect_ratio: AspectRatio, size: ImageSize = "1K") -> Answered[Image]:
        del aspect_ratio, size
        await self._call()
        return Answered(Image(drawn_from(prompt), "image/png"), _USED)

    async def _call(self) -> None:
        assert self.step is not None
        calls, rng = self.world.calls, self.world.rng
        calls.checked.append((self.step, self._turn_of_check()))
        calls.made[self.step] += 1
        calls.in_flight[self.process].append(self.step)
        self.begun += 1
        await asyncio.sleep(rng.choice((0.1, 3, 40)))
        await self.process.turn()
        if rng.random() < self.world.model_fault_rate:
            self._fail()

    def _fail(self) -> None:
        assert self.step is not None
        error = self.world.rng.choice((ModelUnavailable(), ContentBlocked("SAFETY"), ModelRateLimited(5)))
        self.world.calls.failed[self.step] += 1
        self.world.calls.waits[self.step] += isinstance(error, ModelRateLimited)
        raise error

    def _turn_of_check(self) -> int | None:
        """Return in which turn the record was read, if that is the last thing that was done before the call."""
        task = asyncio.current_task()
        assert task is not None and self.step is not None  # noqa: PT018
        call, turn = LAST_CALLS[task]
        return turn if call == f"read {names.lifecycle_blob(self.step[0])}" else None
