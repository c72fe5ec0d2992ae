"""Orchestrations of several app versions: only an app that supports a version runs them."""

import pytest

from tests.tools.engine.conftest import Bench, wait_for, wait_for_end
from tests.tools.engine.sdk_invoker import Context, Flow, SdkInvoker, echo
from tools.devhost.engine.execution.versions import Match, Versions
from tools.devhost.engine.services import EngineSettings
from tools.devhost.engine.storage.records import RuntimeStatus


@pytest.mark.parametrize(
    ("match", "own", "of_instance", "runs"),
    [
        ("None", "1.0", "2.0", True),
        ("Strict", "1.0", "1.0", True),
        ("Strict", "1.0", "0.9", False),
        ("Strict", None, None, True),
        ("CurrentOrOlder", "1.0", None, True),
        ("CurrentOrOlder", "1.10", "1.9", True),
        ("CurrentOrOlder", "1.9", "1.10", False),
        ("CurrentOrOlder", "1.9", "2", False),
        ("CurrentOrOlder", None, "1.0", False),
        ("CurrentOrOlder", "1.0", "beta", False),
    ],
)
def test_app_runs_only_matching_versions(match: Match, own: str | None, of_instance: str | None, runs: bool) -> None:
    assert Versions(own, match).may_run(of_instance) is runs


def _version(number: str) -> EngineSettings:
    return EngineSettings(versions=Versions(number, "CurrentOrOlder"))


def _returns_its_version(context: Context) -> Flow:
    yield context.wait_for_external_event("go")
    child = yield context.call_sub_orchestrator("child")
    return [context.version, child]


def _child(context: Context) -> Flow:
    yield context.call_activity("echo", 1)
    return context.version


@pytest.fixture
def invoker() -> SdkInvoker:
    return SdkInvoker({"flow": _returns_its_version, "child": _child}, {"echo": echo})


async def test_instance_keeps_its_version_and_new_children_get_the_app_version(
    bench: Bench, invoker: SdkInvoker
) -> None:
    old = await bench.engine(invoker, _version("1.0"))
    await old.start("flow", "it")
    await wait_for(old, "it", lambda instance: instance.status is RuntimeStatus.RUNNING)
    await bench.close()

    new = await bench.engine(invoker, _version("2.0"))
    await new.raise_event("it", "go", "null")

    assert (await wait_for_end(new, "it")).output == '["1.0","2.0"]'


async def test_newer_instance_waits_during_a_rollback_and_ends_afterwards(bench: Bench, invoker: SdkInvoker) -> None:
    new = await bench.engine(invoker, _version("2.0"))
    await new.start("flow", "newer")
    await wait_for(new, "newer", lambda instance: instance.status is RuntimeStatus.RUNNING)
    await bench.close()

    old = await bench.engine(invoker, _version("1.0"))
    await old.raise_event("newer", "go", "null")
    await old.start("flow", "older")
    await old.raise_event("older", "go", "null")
    assert (await wait_for_end(old, "older")).output == '["1.0","1.0"]'
    waiting = old.get("newer")
    assert waiting is not None
    assert waiting.status is RuntimeStatus.RUNNING
    await bench.close()

    back = await bench.engine(invoker, _version("2.0"))
    assert (await wait_for_end(back, "newer")).output == '["2.0","2.0"]'
