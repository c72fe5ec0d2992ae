"""An edit of the plan whose process dies at any of its steps, or whose host crashes at any moment of the round."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from itertools import repeat
from random import Random

from api.generations.changes import retry
from api.generations.ledgers import find_run, full_ledger
from api.generations.start import Starter
from api.plans.editing import VersionedPlan, edit_plan, read_plan
from shared.models.http.plan import PlanRequest
from shared.models.http.requests import GenerateMangaRequest
from shared.models.ledger import AnalysisEntry
from shared.models.step_ref import StepRef
from shared.models.story import Plan, StoryBreakdown
from tests.explorer.loop import ShuffledLoop
from tests.explorer.processes import Killed, Process, ProcessEngine
from tests.explorer.world import World, drawing_of

REQUEST = GenerateMangaRequest(story="Mira rows out.", style="manga")
MADE_AT_FIRST = 5


class Counted(Process):
    """A process in which something happens (it dies) at its n-th step; several may count together."""

    def __init__(self, rng: Random, steps: Iterator[None], happens: Callable[[], None] | None = None) -> None:
        super().__init__(rng)
        self._steps = steps
        self._happens = happens or self.kill

    async def turn(self) -> None:
        if next(self._steps, self) is self:
            self._happens()
        await super().turn()


def turned_round(plan: Plan) -> Plan:
    """Return the plan with its panels in the other order, and another text for the second of them."""
    first, second = plan.chunks.panels
    panels = (
        second.model_copy(update={"panel_number": 1}),
        first.model_copy(update={"panel_number": 2, "scene_description": "It rains."}),
    )
    return plan.model_copy(update={"chunks": StoryBreakdown(panels=panels)})


async def put(world: World, process: Process, generation_id: str, plan: Plan, etag: str) -> VersionedPlan:
    """Send the edit, and have it answered by this process."""
    engine = ProcessEngine(world.engine, process)
    request = PlanRequest.model_validate(plan.model_dump(by_alias=True))
    return await edit_plan(world.deps(process), engine, generation_id, request, lambda current: current == etag)


async def check(world: World, generation_id: str, wanted: Plan, etag: str) -> None:
    """Repeat the edit, draw what is missing, and check what was made and paid for."""
    assert (await put(world, world.web, generation_id, wanted, etag)).plan == wanted
    assert sum(world.calls.made.values()) == MADE_AT_FIRST
    deps, limits, engine = world.web_deps()
    await retry(deps, limits, engine, generation_id)
    await world.engine.idle()
    ledger = await full_ledger(deps.generations, await find_run(deps, engine, generation_id))
    assert sum(isinstance(entry, AnalysisEntry) for entry in ledger.entries) == 2
    for kind in ("character", "panel"):
        assert not ledger.missing(kind)
        for index, version in ledger.drawn(kind).items():
            step = StepRef(generation_id=generation_id, kind=kind, index=index, version=version)
            assert (await deps.generations.image(step)).content == drawing_of(wanted, kind, index)
    assert sum(world.calls.made.values()) == MADE_AT_FIRST + 1
    assert not world.engine.broken


def play(seed: int, edit: Callable[[World, str, Plan, str], Awaitable[bool]]) -> bool:
    """Draw a comic, edit its plan in this way, and check the rest; return what `edit` returned."""

    async def run() -> bool:
        world = World(Random(seed))
        deps, limits, engine = world.web_deps()
        generation_id = await Starter(deps, limits, engine, "client").start(REQUEST, "", None)
        del limits
        await world.engine.idle()
        read = await read_plan(deps, engine, generation_id)
        wanted = turned_round(read.plan)
        is_whole = await edit(world, generation_id, wanted, read.etag)
        await world.engine.idle()
        await check(world, generation_id, wanted, read.etag)
        return is_whole

    return ShuffledLoop(Random(seed)).run(run())


def test_edit_whose_process_dies_at_any_step_can_be_repeated() -> None:
    def dying_at(step: int) -> Callable[[World, str, Plan, str], Awaitable[bool]]:
        async def edit(world: World, generation_id: str, wanted: Plan, etag: str) -> bool:
            process = Counted(Random(step), repeat(None, step))
            with suppress(Killed):
                await put(world, process, generation_id, wanted, etag)
            return process.alive

        return edit

    steps = 0
    while not play(steps, dying_at(steps)):
        steps += 1
    assert steps > 20


def test_edit_survives_a_crash_of_the_host_at_any_step_of_its_round() -> None:
    def crashing_at(step: int) -> Callable[[World, str, Plan, str], Awaitable[bool]]:
        async def edit(world: World, generation_id: str, wanted: Plan, etag: str) -> bool:
            before = world.web, world.worker
            happened: list[None] = []

            def crash() -> None:
                if not happened:
                    happened.append(None)
                    world.crash()

            steps = repeat(None, step)
            world.web = Counted(before[0].rng, steps, crash)
            world.worker = world.engine.worker = Counted(before[1].rng, steps, crash)
            with suppress(Killed):
                await put(world, world.web, generation_id, wanted, etag)
            await world.engine.idle()
            is_whole = not happened
            happened.append(None)
            return is_whole

        return edit

    steps = 0
    while not play(steps, crashing_at(steps)):
        steps += 1
    assert steps > 40
