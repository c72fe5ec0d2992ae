"""Sweeping the storage for what nothing points to: what crashes have left, counters of clients, old marks.

The storage is looked through in sections, whose names are one prefix each; which one is next is stored, so that a
sweep that is broken off, or that does not come to its end in one run, is gone on with by the next.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from maintenance.budget import Budget
from maintenance.finished import AT_ONCE, purge_each
from shared.deps import Deps
from shared.models.base import WireModel
from shared.models.claim import Claim
from shared.names import CLAIMS, EXPIRY_MARKS, RATES, SWEEP_BLOB, generation_of_blob, is_rate_blob
from shared.ports import Engine

_DIGITS = "0123456789abcdef"
# Names are digests and random numbers in hex, so that each of these has its share of them.
SECTIONS = (*_DIGITS, *(f"{CLAIMS}{digit}" for digit in _DIGITS), RATES, *(f"{EXPIRY_MARKS}{d}" for d in _DIGITS))
# A start stores its inputs, then is known to the engine: what is younger may be on its way.
STARTING = timedelta(hours=1)
# The longest that is counted is a day.
RATES_KEPT = timedelta(days=2)


class SweepCursor(WireModel):
    """Which section is looked through next."""

    next_section: int = 0


@dataclass(frozen=True, slots=True)
class Ages:
    """What is older than this is no longer wanted: what was left over, counters, and marks of purged generations."""

    left_before: datetime
    counted_before: datetime
    marked_before: datetime


async def sweep_storage(deps: Deps, engine: Engine, budget: Budget, ages: Ages) -> int:
    """Look through all sections once, as far as the budget goes; return how many things were removed."""
    first = await _next_section(deps)
    removed = 0
    for number in range(first, first + len(SECTIONS)):
        if budget.is_used_up:
            break
        removed += await _sweep(deps, engine, budget, SECTIONS[number % len(SECTIONS)], ages)
        cursor = SweepCursor(next_section=(number + 1) % len(SECTIONS))
        content = cursor.model_dump_json(by_alias=True).encode()
        await deps.blobs.replace(SWEEP_BLOB, content, "application/json")
    return removed


async def _next_section(deps: Deps) -> int:
    blob = await deps.blobs.read(SWEEP_BLOB)
    return SweepCursor.model_validate_json(blob.content).next_section % len(SECTIONS) if blob else 0


async def _sweep(deps: Deps, engine: Engine, budget: Budget, section: str, ages: Ages) -> int:
    if section.startswith(CLAIMS):
        return await _sweep_claims(deps, engine, budget, section, ages.left_before)
    if section.startswith(RATES):
        return await _sweep_old(deps, section, ages.counted_before)
    if section.startswith(EXPIRY_MARKS):
        return await _sweep_old(deps, section, ages.marked_before)
    return await _sweep_generations(deps, engine, budget, section, ages.left_before)


async def _sweep_generations(deps: Deps, engine: Engine, budget: Budget, section: str, left_before: datetime) -> int:
    """Purge what is stored of generations that are no more or never were, unless any of it is young."""
    removed = 0
    idle: list[str] = []
    async for generation_id, last_written in _generations(deps, section):
        if last_written < left_before:
            idle.append(generation_id)
        if len(idle) == AT_ONCE:
            removed += await purge_each(deps, engine, budget, idle, left_before)
            idle.clear()
            if budget.is_used_up:
                break
    return removed + await purge_each(deps, engine, budget, idle, left_before)


async def _generations(deps: Deps, section: str) -> AsyncIterator[tuple[str, datetime]]:
    """Yield each generation that has blobs, with when the last of them was written."""
    current: tuple[str, datetime] | None = None
    async for blob in deps.blobs.listed(section):
        generation_id = generation_of_blob(blob.name)
        if generation_id is None:
            continue
        if current is not None and current[0] == generation_id:
            current = (generation_id, max(current[1], blob.written_at))
            continue
        if current is not None:
            yield current
        current = (generation_id, blob.written_at)
    if current is not None:
        yield current


async def _sweep_claims(deps: Deps, engine: Engine, budget: Budget, section: str, left_before: datetime) -> int:
    """Remove the claims whose generation is no more or never was, and what is left of that."""
    removed = 0
    async for listed in deps.blobs.listed(section):
        if budget.is_used_up:
            break
        blob = await deps.blobs.read(listed.name) if listed.written_at < left_before else None
        if blob is None:
            continue
        generation_id = Claim.model_validate_json(blob.content).generation_id
        if await engine.run(generation_id) is not None:
            continue
        if await purge_each(deps, engine, budget, [generation_id], left_before):
            await deps.blobs.delete(listed.name)
            removed += 1
    return removed


async def _sweep_old(deps: Deps, section: str, written_before: datetime) -> int:
    removed = 0
    async for blob in deps.blobs.listed(section):
        if blob.written_at < written_before and (section != RATES or is_rate_blob(blob.name)):
            await deps.blobs.delete(blob.name)
            removed += 1
    return removed
