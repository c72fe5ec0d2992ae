"""Activities delivered twice: both copies run, and the orchestration uses the first result."""

import asyncio

import pytest

from tests.tools.engine.conftest import Bench, wait_for_end
from tests.tools.engine.sdk_invoker import Context, Flow, SdkInvoker
from tools.devhost.engine.engine import Engine
from tools.devhost.engine.execution.history import EventType, type_of
from tools.devhost.engine.invoker import Outcome
from tools.devhost.engine.services import EngineSettings

#: The SDK logs a warning about the second result, and ignores it.
pytestmark = pytest.mark.filterwarnings("ignore:Potential duplicate Task completion")
_ONE_AT_A_TIME = EngineSettings(max_activities=1)


class Copies(SdkInvoker):
    """An app whose only activity returns the number of its run; each run waits for its gate."""

    def __init__(self) -> None:
        super().__init__({"flow": _flow}, {"act": lambda _: None})
        self.begun = 0
        self.gates: dict[int, asyncio.Event] = {}

    def gate(self, run: int) -> asyncio.Event:
        return self.gates.setdefault(run, asyncio.Event())

    async def run_activity(self, name: str, activity_input: str) -> Outcome:
        self.begun += 1
        run = self.begun
        await self.gate(run).wait()
        return Outcome(str(run))


def _flow(context: Context) -> Flow:
    result = yield context.call_activity("act")
    event = yield context.wait_for_external_event("go")
    return [result, event]


def _results(engine: Engine) -> int:
    return sum(type_of(event) is EventType.TASK_COMPLETED for event in engine.get_history("it"))


async def test_concurrent_copies_overlap_and_the_first_result_counts(bench: Bench) -> None:
    app = Copies()
    engine = await bench.engine(app, _ONE_AT_A_TIME, DEVHOST_DUPLICATE_ACTIVITIES="together")
    await engine.start("flow", "it")
    await bench.until(lambda: app.begun == 2)

    app.gate(2).set()
    await bench.until(lambda: _results(engine) == 1)
    app.gate(1).set()
    await bench.until(lambda: _results(engine) == 2)
    await engine.raise_event("it", "go", "7")

    assert (await wait_for_end(engine, "it")).output == "[2,7]"
    assert app.begun == 2


async def test_later_copy_begins_once_the_result_of_the_first_is_stored(bench: Bench) -> None:
    app = Copies()
    engine = await bench.engine(app, _ONE_AT_A_TIME, DEVHOST_DUPLICATE_ACTIVITIES="later")
    await engine.start("flow", "it")
    await bench.until(lambda: app.begun == 1)
    await bench.settle()
    assert app.begun == 1

    app.gate(1).set()
    await bench.until(lambda: app.begun == 2)
    assert bench.taken_work_items() == 0
    await bench.until(lambda: _results(engine) == 1)
    app.gate(2).set()
    await bench.until(lambda: _results(engine) == 2)
    await engine.raise_event("it", "go", "7")

    assert (await wait_for_end(engine, "it")).output == "[1,7]"
    assert app.begun == 2


async def test_copy_that_ends_after_its_instance_changes_nothing(bench: Bench) -> None:
    app = Copies()
    engine = await bench.engine(app, DEVHOST_DUPLICATE_ACTIVITIES="later")
    await engine.start("flow", "it")
    app.gate(1).set()
    await bench.until(lambda: app.begun == 2)
    await engine.raise_event("it", "go", "7")
    ended, history = await wait_for_end(engine, "it"), engine.get_history("it")

    app.gate(2).set()
    await bench.settle()

    assert engine.get("it") == ended
    assert engine.get_history("it") == history
