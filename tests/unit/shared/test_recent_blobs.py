"""What a process holds of the blobs that it has just written or read."""

import gc

from shared.ports import Blob
from shared.recent_blobs import RecentBlobs

_KEPT_BYTES = 1000


def _blob(size: int) -> Blob:
    return Blob(b"x" * size, "image/png", "tag")


def _recent(*names: str, size: int) -> RecentBlobs:
    recent = RecentBlobs(_KEPT_BYTES)
    for name in names:
        recent.hold(name, _blob(size))
    gc.collect()
    return recent


def _held(recent: RecentBlobs, *names: str) -> list[str]:
    return [name for name in names if recent.get(name) is not None]


def test_as_many_are_kept_as_there_is_room_for() -> None:
    recent = _recent("a", "b", "c", size=400)

    assert _held(recent, "a", "b", "c") == ["b", "c"]


def test_what_was_wanted_lately_is_kept_longest() -> None:
    recent = _recent("a", "b", size=400)
    recent.get("a")
    recent.hold("c", _blob(400))
    gc.collect()

    assert _held(recent, "a", "b", "c") == ["a", "c"]


def test_one_that_is_too_large_is_not_kept_and_takes_nobodys_place() -> None:
    recent = _recent("a", "b", size=400)
    recent.hold("large", _blob(_KEPT_BYTES + 1))
    gc.collect()

    assert _held(recent, "a", "b", "large") == ["a", "b"]


def test_one_that_somebody_uses_is_shared_however_large_it_is() -> None:
    recent = RecentBlobs(_KEPT_BYTES)
    used = _blob(_KEPT_BYTES + 1)
    recent.hold("large", used)

    assert recent.get("large") is used


def test_one_that_is_held_again_counts_once() -> None:
    recent = _recent("a", "a", "a", "b", size=400)

    assert _held(recent, "a", "b") == ["a", "b"]


def test_a_forgotten_one_makes_room() -> None:
    recent = _recent("a", "b", size=400)
    recent.forget("a")
    recent.forget("unknown")
    recent.hold("c", _blob(400))
    gc.collect()

    assert _held(recent, "a", "b", "c") == ["b", "c"]


def test_what_belongs_to_a_deleted_generation_is_forgotten_and_nothing_else() -> None:
    recent = _recent("one/a", "one/b", "other/a", size=100)
    recent.forget_all("one/")

    assert _held(recent, "one/a", "one/b", "other/a") == ["other/a"]
