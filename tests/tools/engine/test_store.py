"""The SQLite store: transactions on one thread, locks of other hosts, and writes after ownership was lost."""

import asyncio
import sqlite3
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tools.devhost.engine.execution.episode import Decision, new_instance
from tools.devhost.engine.storage import commits
from tools.devhost.engine.storage.records import Entity, EntityOp, InstanceFilter, RuntimeStatus
from tools.devhost.engine.storage.store import Store

_AT = "2030-01-01T00:00:00.000000Z"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path / "state.sqlite")
    yield opened
    opened.close()


async def _create(store: Store, instance_id: str) -> None:
    instance = new_instance(instance_id, "flow", "null", _AT)
    await store.write(commits.create_instance, instance, None)


async def test_failed_write_is_rolled_back_without_affecting_others(store: Store) -> None:
    def fail(connection: sqlite3.Connection) -> None:
        commits.create_instance(connection, new_instance("half", "flow", "null", _AT), None)
        raise RuntimeError("in the middle")

    results = await asyncio.gather(_create(store, "a"), store.write(fail), _create(store, "b"), return_exceptions=True)
    assert isinstance(results[1], RuntimeError)
    assert [i.instance_id for i in store.read(commits.find_instances, InstanceFilter())] == ["a", "b"]


async def test_unfinished_instance_is_not_created_twice(store: Store) -> None:
    results = await asyncio.gather(_create(store, "a"), _create(store, "a"), return_exceptions=True)
    assert [type(result) for result in results] == [type(None), commits.InstanceExistsError]


@pytest.mark.parametrize("prefix", ["a", "a%", "a_", "é", "\U0010ffff", "z\U0010ffff"])
async def test_prefix_matches_exactly_the_ids_that_start_with_it(store: Store, prefix: str) -> None:
    for instance_id in ("a", "a%1", "a_1", "aa", "b", "é1", "è", "\U0010ffff1", "z\U0010ffff1", "z"):
        await _create(store, instance_id)
    found = store.read(commits.find_instances, InstanceFilter(id_prefix=prefix))
    expected = {"a": {"a", "a%1", "a_1", "aa"}}.get(prefix, {f"{prefix}1"})
    assert {instance.instance_id for instance in found} == expected


async def test_writes_run_in_sequence_without_blocking_the_event_loop(store: Store) -> None:
    loop, begun, may_end = asyncio.get_running_loop(), asyncio.Event(), threading.Event()
    seen = list[str]()

    def first(_: sqlite3.Connection) -> None:
        loop.call_soon_threadsafe(begun.set)
        seen.append("first" if may_end.wait(10) else "never allowed to end")

    def second(_: sqlite3.Connection) -> None:
        seen.append("second")

    writing = asyncio.gather(store.write(first), store.write(second))
    await begun.wait()
    assert not seen
    may_end.set()
    await writing
    assert seen == ["first", "second"]


async def test_closing_finishes_queued_writes(tmp_path: Path) -> None:
    closed = Store(tmp_path / "state.sqlite")
    writing = asyncio.create_task(_create(closed, "a"))
    await asyncio.sleep(0)
    closed.close()
    await writing
    reopened = Store(tmp_path / "state.sqlite")
    assert reopened.read(commits.find_instance, "a") is not None
    reopened.close()


async def test_write_waits_for_the_lock_of_another_host_without_blocking_the_loop(store: Store, tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "state.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    longest_s = 0.0
    writing = asyncio.create_task(_create(store, "a"))
    for _ in range(20):
        began_at_s = time.monotonic()
        await asyncio.sleep(0.01)
        longest_s = max(longest_s, time.monotonic() - began_at_s)
    assert longest_s < 2
    assert not writing.done()
    other.execute("COMMIT")
    other.close()
    await writing
    assert store.read(commits.find_instance, "a") is not None


async def test_closing_does_not_wait_for_the_lock_of_another_host(tmp_path: Path) -> None:
    closed = Store(tmp_path / "state.sqlite")
    other = sqlite3.connect(tmp_path / "state.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    writing = asyncio.create_task(_create(closed, "a"))
    await asyncio.sleep(0)
    closed.close()
    other.close()
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        await writing


async def test_frozen_store_commits_nothing(tmp_path: Path) -> None:
    frozen, may_end = Store(tmp_path / "state.sqlite"), threading.Event()

    def wait(connection: sqlite3.Connection) -> None:
        commits.create_instance(connection, new_instance("running", "flow", "null", _AT), None)
        may_end.wait(10)

    running, queued = asyncio.create_task(frozen.write(wait)), asyncio.create_task(_create(frozen, "queued"))
    await asyncio.sleep(0)
    frozen.freeze()
    later = asyncio.create_task(_create(frozen, "later"))
    may_end.set()
    _, unfinished = await asyncio.wait([running, queued, later], timeout=0.1)
    assert unfinished == {running, queued, later}
    for task in unfinished:
        task.cancel()
    frozen.close()
    reopened = Store(tmp_path / "state.sqlite")
    assert reopened.read(commits.find_instances, InstanceFilter()) == []
    reopened.close()


async def test_write_fails_if_sqlite_rolls_back_its_transaction(store: Store) -> None:
    def disk_is_full(connection: sqlite3.Connection) -> None:
        connection.execute("ROLLBACK")  # as SQLite does
        raise sqlite3.OperationalError("database or disk is full")

    results = await asyncio.gather(_create(store, "a"), store.write(disk_is_full), return_exceptions=True)
    assert [str(result) for result in results] == ["None", "database or disk is full"]


async def test_failed_start_stores_neither_instance_nor_message(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("in the middle")

    with monkeypatch.context() as patch:
        patch.setattr(commits, "send", fail)
        with pytest.raises(RuntimeError):
            await _create(store, "a")
    assert store.read(commits.find_instance, "a") is None


async def test_host_cannot_store_an_episode_of_an_instance_it_no_longer_owns(store: Store) -> None:
    new = new_instance("a", "flow", "null", _AT)
    await store.write(commits.create_instance, new, "its owner")
    decision = Decision(replace(new.instance, status=RuntimeStatus.RUNNING), ["{}"])
    with pytest.raises(commits.TakenOverError):
        await store.write(commits.store_episode, decision, [], 0, "another", lambda _: True)
    stored = store.read(commits.find_instance, "a")
    assert stored is not None
    assert stored.status is RuntimeStatus.PENDING
    assert store.read(commits.find_history, "a") == []


async def test_host_cannot_store_results_of_entity_operations_it_no_longer_owns(store: Store) -> None:
    await store.write(commits.add_entity_op, EntityOp(0, "@counter@k", "add", "1"))
    taken = await store.write(commits.take_entity_ops, "its owner", "@counter@k")
    state = Entity("@counter@k", "1", exists=True, updated_at=_AT)
    with pytest.raises(commits.TakenOverError):
        await store.write(commits.store_entity_batch, state, taken, "another", [])
    assert store.read(commits.find_entity, "@counter@k") is None
    await store.write(commits.store_entity_batch, state, taken, "its owner", [])
    assert store.read(commits.find_entity, "@counter@k") == state
