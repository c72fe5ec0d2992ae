"""The one writer: what waits is committed together, and a piece that fails takes no other with it."""

import asyncio
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from devhost.engine import commits
from devhost.engine.episode import new_instance
from devhost.engine.records import InstanceFilter
from devhost.engine.store import Store

_AT = "2030-01-01T00:00:00.000000Z"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path / "state.sqlite")
    yield opened
    opened.close()


async def _create(store: Store, instance_id: str) -> None:
    instance = new_instance(instance_id, "flow", "null", _AT)
    await store.write(lambda connection: commits.create_instance(connection, instance, None))


async def test_failing_piece_takes_no_other_with_it(store: Store) -> None:
    def fail(connection: sqlite3.Connection) -> None:
        commits.create_instance(connection, new_instance("half", "flow", "null", _AT), None)
        raise RuntimeError("in the middle")

    results = await asyncio.gather(_create(store, "a"), store.write(fail), _create(store, "b"), return_exceptions=True)
    assert isinstance(results[1], RuntimeError)
    assert [i.instance_id for i in store.read(lambda c: commits.find_instances(c, InstanceFilter()))] == ["a", "b"]


async def test_running_instance_is_not_created_twice(store: Store) -> None:
    results = await asyncio.gather(_create(store, "a"), _create(store, "a"), return_exceptions=True)
    assert [type(result) for result in results] == [type(None), commits.InstanceExistsError]


@pytest.mark.parametrize("prefix", ["a", "a%", "a_", "é", "\U0010ffff", "z\U0010ffff"])
async def test_prefix_finds_exactly_the_ids_that_begin_with_it(store: Store, prefix: str) -> None:
    for instance_id in ("a", "a%1", "a_1", "aa", "b", "é1", "è", "\U0010ffff1", "z\U0010ffff1", "z"):
        await _create(store, instance_id)
    found = store.read(lambda connection: commits.find_instances(connection, InstanceFilter(id_prefix=prefix)))
    expected = {"a": {"a", "a%1", "a_1", "aa"}}.get(prefix, {f"{prefix}1"})
    assert {instance.instance_id for instance in found} == expected


async def test_a_piece_that_takes_long_leaves_the_loop_free(store: Store) -> None:
    loop_went_on = threading.Event()

    def wait(_: sqlite3.Connection) -> bool:
        return loop_went_on.wait(10)

    writing = asyncio.create_task(store.write(wait, takes_long=True))
    await asyncio.sleep(0)
    asyncio.get_running_loop().call_later(0.01, loop_went_on.set)
    assert await writing


async def test_what_comes_during_a_transaction_waits_for_its_commit(store: Store) -> None:
    loop, begun, may_end = asyncio.get_running_loop(), asyncio.Event(), threading.Event()
    seen = list[str]()

    def first(_: sqlite3.Connection) -> None:
        loop.call_soon_threadsafe(begun.set)
        seen.append("first" if may_end.wait(10) else "never allowed to end")

    def second(_: sqlite3.Connection) -> None:
        seen.append("second")

    writing = asyncio.create_task(store.write(first, takes_long=True))
    await begun.wait()
    waiting = asyncio.create_task(store.write(second))
    await asyncio.sleep(0)
    assert not seen
    may_end.set()
    await asyncio.gather(writing, waiting)
    assert seen == ["first", "second"]


async def test_closing_writes_what_still_waits(tmp_path: Path) -> None:
    closed = Store(tmp_path / "state.sqlite")
    writing = asyncio.create_task(_create(closed, "a"))
    await asyncio.sleep(0)
    closed.close()
    await writing
    reopened = Store(tmp_path / "state.sqlite")
    assert reopened.read(lambda connection: commits.find_instance(connection, "a")) is not None
    reopened.close()


async def test_what_was_written_is_there_after_reopening(tmp_path: Path) -> None:
    first = Store(tmp_path / "state.sqlite")
    await _create(first, "a")
    first.close()
    second = Store(tmp_path / "state.sqlite")
    assert second.read(lambda connection: commits.find_instance(connection, "a")) is not None
    second.close()
