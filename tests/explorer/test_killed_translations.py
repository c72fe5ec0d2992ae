"""A translation whose process or host dies at any step, or whose comic is deleted at any step."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from itertools import repeat
from random import Random

from api.generations.changes import delete
from api.generations.start import Starter
from api.lettering.translate import translate
from maintenance.deletions import finish_deletions
from shared.errors import MangaError
from shared.models.http.lettering import LanguageStatus
from shared.models.http.requests import GenerateMangaRequest
from shared.names import DELETIONS, generation_of, generation_prefix
from shared.storage.lifecycle import Ended
from tests.explorer.loop import ShuffledLoop
from tests.explorer.processes import Killed, Process, ProcessEngine
from tests.explorer.test_killed_edits import Counted
from tests.explorer.world import World

REQUEST = GenerateMangaRequest(story="Mira rows out.", style="manga", lettering="text")
MADE_AT_FIRST = 5
_SWEEP_S = 60
OWN, JAPANESE = LanguageStatus(language="und", status="done"), LanguageStatus(language="ja", status="done")

#: Asks for the translation, while something happens; returns whether it was over before that could happen.
type Play = Callable[[World, str], Awaitable[bool]]


async def post(world: World, process: Process, generation_id: str) -> tuple[LanguageStatus, ...]:
    """Ask for the translation, and have the request answered by this process."""
    return await translate(world.deps(process), ProcessEngine(world.engine, process), generation_id, "ja")


def played(seed: int, play: Play, check: Callable[[World, str], Awaitable[None]]) -> bool:
    """Draw a comic, have it translated in this way, and check the rest; return what `play` returned."""

    async def run() -> bool:
        world = World(Random(seed))
        deps, limits, engine = world.web_deps()
        generation_id = await Starter(deps, limits, engine, "client").start(REQUEST, "", None)
        await world.engine.idle()
        assert sum(world.calls.made.values()) == MADE_AT_FIRST
        is_whole = await play(world, generation_id)
        await world.engine.idle()
        await check(world, generation_id)
        assert not world.engine.broken
        return is_whole

    return ShuffledLoop(Random(seed)).run(run())


async def check_translated(world: World, generation_id: str) -> None:
    """Repeat the request, and check that the language is there and was paid for once."""
    with suppress(MangaError):
        await post(world, world.web, generation_id)
    await world.engine.idle()
    languages = await post(world, world.web, generation_id)
    assert languages == (OWN, JAPANESE)
    # A call that was under way when the host died is lost, unless its answer was stored just before.
    lost = sum(world.calls.lost.values())
    assert 0 <= sum(world.calls.made.values()) - (MADE_AT_FIRST + 1) <= lost <= 1


async def check_gone(world: World, generation_id: str) -> None:
    """Let the sweep finish, and check that nothing is left of the comic."""
    deps, _, engine = world.web_deps()
    while [mark async for mark in world.blobs.names(DELETIONS)]:
        # By the clock of the loop, which jumps.
        await asyncio.sleep(_SWEEP_S)
        await finish_deletions(deps, engine)
    assert [name async for name in world.blobs.names(generation_prefix(generation_id))] == []
    assert [run for run in world.engine.executions if generation_of(run) == generation_id] == []
    assert sum(world.calls.made.values()) <= MADE_AT_FIRST + 1


def test_request_whose_process_dies_at_any_step_can_be_repeated() -> None:
    def dying_at(step: int) -> Play:
        async def play(world: World, generation_id: str) -> bool:
            process = Counted(Random(step), repeat(None, step))
            with suppress(Killed):
                await post(world, process, generation_id)
            return process.alive

        return play

    steps = 0
    while not played(steps, dying_at(steps), check_translated):
        steps += 1
    assert steps > 10


def while_translating(step: int, happens: Callable[[World, str], asyncio.Task[None] | None]) -> Play:
    """Let something happen once, at the n-th step of the request and of the translation that it starts."""

    async def play(world: World, generation_id: str) -> bool:
        happened: list[asyncio.Task[None] | None] = []

        def happen() -> None:
            if not happened:
                happened.append(happens(world, generation_id))

        steps = repeat(None, step)
        world.web = Counted(Random(step), steps, happen)
        world.worker = world.engine.worker = Counted(Random(step), steps, happen)
        with suppress(Killed, MangaError):
            await post(world, world.web, generation_id)
        await world.engine.idle()
        is_whole = not happened
        happened.append(None)
        await asyncio.gather(*(each for each in happened if each is not None))
        return is_whole

    return play


def test_translation_survives_a_crash_of_the_host_at_any_step() -> None:
    def crash(world: World, _generation_id: str) -> None:
        world.crash()

    steps = 0
    while not played(steps, while_translating(steps, crash), check_translated):
        steps += 1
    assert steps > 20


def test_nothing_is_left_of_a_comic_that_is_deleted_at_any_step_of_its_translation() -> None:
    def begin_delete(world: World, generation_id: str) -> asyncio.Task[None]:
        process = Process(Random(0))
        _, limits, _ = world.web_deps()
        engine = ProcessEngine(world.engine, process)
        return asyncio.create_task(delete(world.deps(process), limits, engine, generation_id))

    async def check(world: World, generation_id: str) -> None:
        record = await world.deps(world.web).lifecycles.read(generation_id)
        # Without a delete, that was the last step.
        if not isinstance(record, Ended):
            await check_gone(world, generation_id)

    steps = 0
    while not played(steps, while_translating(steps, begin_delete), check):
        steps += 1
    assert steps > 20
