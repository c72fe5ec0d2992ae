"""The seeded schedule: which generations run together, what goes wrong meanwhile, and when.

The same seed gives the same schedule. Moments are given as progress (how many results the batch has brought to its
first readers) and a short delay after it, so that they mean the same on a fast machine and on a slow one.
"""

import random
from dataclasses import dataclass, replace
from typing import Any, Literal

from tests.support.marked_stories import FEWEST_BEATS, MOST_BEATS, mark_of, story_of

type Duplicates = Literal["together", "later"]
type ImageMode = Literal["inline", "url"]

BATCH_SIZE = 10
#: Which share of all model calls goes wrong.
MODEL_FAULT_RATE = 0.3
#: Faults after which one more attempt is allowed.
PASSING_FAULTS = ("429", "503", "500", "408", "hang", "cut", "garbage", "truncated", "empty", "bad-image")
#: Faults after which none is.
BLOCKING_FAULTS = ("prompt-blocked",)
#: Faults that only delay a good answer.
HARMLESS_FAULTS = ("slow",)
_MODEL_FAULTS = (*PASSING_FAULTS, *BLOCKING_FAULTS, *HARMLESS_FAULTS)
#: One rule after another is asked, so that together they come to the rate.
_RATE_OF_EACH = 1 - (1 - MODEL_FAULT_RATE) ** (1 / len(_MODEL_FAULTS))
_SLOW_S = 0.5

#: Points at which the host can be told to die (`tools.devhost.engine.faults`), and how often each may be passed before.
CRASH_POINTS = {
    "start-committed": 5,
    "activity-finished": 40,
    "activity-result-committed": 40,
    "episode-computed": 60,
    "episode-committed": 60,
}
_LIKELY_RESULTS = 5
_STORAGE_EVERY = 3
_TWICE: tuple[Duplicates | None, ...] = ("together", "later", None)
_MOST_CUTS = 6
_SENDS_AGAIN_RATE = 0.4
_LONGEST_PIECE: dict[ImageMode, int] = {"url": 6_000, "inline": 250_000}


@dataclass(frozen=True, slots=True)
class ReaderPlan:
    """A reader: it joins when the first one has `joins_after` results, and its connections are cut at these bytes.

    One that `sends_again` joins by sending the start once more, under the same key; the others know the address.
    """

    images: ImageMode
    joins_after: int = 0
    cuts_after_bytes: tuple[int, ...] = ()
    sends_again: bool = False


@dataclass(frozen=True, slots=True)
class GenerationPlan:
    """A generation: its story, marked by names of its own, its readers, and the seed of its model faults."""

    index: int
    mark: str
    story: str
    readers: tuple[ReaderPlan, ...]
    model_seed: int

    def rules(self) -> list[dict[str, Any]]:
        """Return the model emulator's fault rules for this generation's calls."""
        return [
            {"contains": self.mark, "fault": fault, "rate": _RATE_OF_EACH, "seed": self.model_seed, "seconds": seconds}
            for fault in _MODEL_FAULTS
            for seconds in [_SLOW_S if fault == "slow" else 30]
        ]


@dataclass(frozen=True, slots=True)
class HostKilled:
    """kill -9 of the host; its worker goes on for some seconds if it `lingers`.

    The host that follows is to die at `then_at` (`point:times passed`), if that is given, and delivers every activity
    twice, `together` or the second time `later`, if `then_twice` says so.
    """

    after_results: int
    delay_s: float
    then_at: str | None
    lingers: bool = False
    then_twice: Duplicates | None = None


@dataclass(frozen=True, slots=True)
class StorageAway:
    """The storage stops and comes back after some seconds."""

    after_results: int
    delay_s: float
    for_s: float


type ProcessFault = HostKilled | StorageAway


@dataclass(frozen=True, slots=True)
class Batch:
    """Generations that run at the same time, and what happens to the processes meanwhile, in order."""

    generations: tuple[GenerationPlan, ...]
    faults: tuple[ProcessFault, ...]


def make_schedule(seed: int, generations: int) -> tuple[Batch, ...]:
    """Return the batches of a run. A longer run of the same seed begins with the same whole batches."""
    indexes = range(generations)
    starts = indexes[::BATCH_SIZE]
    return tuple(_batch(seed, number, indexes[start : start + BATCH_SIZE]) for number, start in enumerate(starts))


def _batch(seed: int, number: int, indexes: range) -> Batch:
    chance = random.Random(f"{seed}/batch/{number}")
    generations = tuple(_generation(seed, index) for index in indexes)
    faults: list[ProcessFault] = [
        HostKilled(
            _moment(chance, len(indexes)),
            chance.uniform(0, 0.4),
            _crash_point(chance, number),
            lingers=number % 2 == 1,
            then_twice=_TWICE[number % len(_TWICE)],
        )
    ]
    if number % _STORAGE_EVERY == 1:
        faults.append(StorageAway(_moment(chance, len(indexes)), chance.uniform(0, 0.4), chance.uniform(1, 4)))
    return Batch(generations, tuple(sorted(faults, key=lambda fault: fault.after_results)))


def _generation(seed: int, index: int) -> GenerationPlan:
    chance = random.Random(f"{seed}/generation/{index}")
    mark = mark_of(seed, index)
    story = story_of(mark, chance.randint(FEWEST_BEATS, MOST_BEATS), chance)
    first = _reader(chance)
    others = [_joining(chance, first) for _ in range(chance.choice((0, 0, 1, 2)))]
    return GenerationPlan(index, mark, story, (first, *others), chance.randrange(2**32))


def _joining(chance: random.Random, first: ReaderPlan) -> ReaderPlan:
    reader = replace(_reader(chance), joins_after=chance.randint(0, _LIKELY_RESULTS))
    # The same key goes with the same body, and that says how images are sent.
    return replace(reader, sends_again=True, images=first.images) if chance.random() < _SENDS_AGAIN_RATE else reader


def _reader(chance: random.Random) -> ReaderPlan:
    images: ImageMode = chance.choice(("url", "url", "url", "inline"))
    longest = _LONGEST_PIECE[images]
    # As many short pieces as long ones: cuts in the first line, and cuts inside a big image.
    cuts = tuple(int(longest ** chance.random()) - 1 for _ in range(chance.randint(1, _MOST_CUTS)))
    return ReaderPlan(images, cuts_after_bytes=cuts)


def _moment(chance: random.Random, generations: int) -> int:
    return chance.randint(0, generations * _LIKELY_RESULTS)


def _crash_point(chance: random.Random, number: int) -> str:
    """Return a point; one after another, so that even a short run comes to each."""
    point, most = list(CRASH_POINTS.items())[number % len(CRASH_POINTS)]
    return f"{point}:{chance.randint(1, most)}"
