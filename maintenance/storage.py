"""Sweeps the storage for what is no longer needed: what crashes have left, clients' counters, old markers.

A sweep goes through the storage in sections, each a prefix of blob names. The number of the next section is stored, so
that the next run continues a sweep that was interrupted or did not finish.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from maintenance.books import sweep_books
from maintenance.budget import Budget
from maintenance.finished import AT_ONCE, purge_each
from maintenance.purge import purge_remains
from shared.deps import Deps
from shared.models.base import WireModel
from shared.models.stored.claim import Claim
from shared.names import (
    BOOKS,
    CLAIMS,
    LIFECYCLES,
    OLD_EXPIRY_MARKS,
    RATES,
    SHARES,
    SWEEP_BLOB,
    generation_of_blob,
    generation_of_lifecycle_blob,
    is_rate_blob,
)
from shared.ports import Engine
from shared.storage.lifecycle import Deleted, is_gone

_DIGITS = "0123456789abcdef"
# Names are hex digests and random numbers, so that the sections are about equally large.
SECTIONS = (
    *_DIGITS,
    RATES,
    *(f"{prefix}{digit}" for prefix in (CLAIMS, LIFECYCLES, OLD_EXPIRY_MARKS, SHARES, BOOKS) for digit in _DIGITS),
)
# A start stores its inputs before it calls the engine: younger inputs may belong to a start under way.
STARTING = timedelta(hours=1)
# Counters cover a day at most.
RATES_KEPT = timedelta(days=2)


class SweepCursor(WireModel):
    """The section to sweep next."""

    next_section: int = 0


@dataclass(frozen=True, slots=True)
class Ages:
    """How old things must be to be removed: leftovers, counters, and records of removed generations."""

    left_before: datetime
    counted_before: datetime
    marked_before: datetime


async def sweep_storage(deps: Deps, engine: Engine, budget: Budget, ages: Ages) -> int:
    """Sweep all sections once, within the budget; return how many things were removed."""
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
    if section.startswith(LIFECYCLES):
        return await _sweep_records(deps, engine, budget, section, ages)
    if section.startswith(OLD_EXPIRY_MARKS):
        return await _sweep_old(deps, section, ages.marked_before)
    if section.startswith((SHARES, BOOKS)):
        sweep = sweep_books if section.startswith(BOOKS) else _sweep_shares
        return await sweep(deps, budget, section, ages.left_before)
    return await _sweep_generations(deps, engine, budget, section, ages.left_before)


async def _sweep_generations(deps: Deps, engine: Engine, budget: Budget, section: str, left_before: datetime) -> int:
    """Remove generations that have no run and no recent blob."""
    removed = 0
    idle: list[str] = []
    async for generation_id, last_written in _generations(deps, section):
        if last_written < left_before:
            idle.append(generation_id)
        if len(idle) == AT_ONCE:
            removed += await _purge_remains(deps, engine, budget, idle, left_before)
            idle.clear()
            if budget.is_used_up:
                break
    return removed + await _purge_remains(deps, engine, budget, idle, left_before)


async def _generations(deps: Deps, section: str) -> AsyncIterator[tuple[str, datetime]]:
    """Yield each generation that has blobs, with the time of its latest blob."""
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


async def _purge_remains(
    deps: Deps, engine: Engine, budget: Budget, generation_ids: Sequence[str], left_before: datetime
) -> int:
    return await purge_each(budget, generation_ids, lambda each: purge_remains(deps, engine, each, left_before))


async def _sweep_claims(deps: Deps, engine: Engine, budget: Budget, section: str, left_before: datetime) -> int:
    """Remove claims whose generation has no run, and what is left of the generation."""
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
        record = await deps.lifecycles.read(generation_id)
        if (
            record is None
            or is_gone(record)
            or await _purge_remains(deps, engine, budget, [generation_id], left_before)
        ):
            await deps.blobs.delete_unchanged(blob.etag, listed.name)
            removed += 1
    return removed


async def _sweep_records(deps: Deps, engine: Engine, budget: Budget, section: str, ages: Ages) -> int:
    """Remove old records of removed generations, and what is left of generations that have no run."""
    removed = 0
    async for listed in deps.blobs.listed(section):
        if budget.is_used_up:
            break
        if listed.written_at >= ages.left_before:
            continue
        generation_id = generation_of_lifecycle_blob(listed.name)
        record = await deps.lifecycles.read(generation_id)
        if isinstance(record, Deleted):
            if record.at < ages.marked_before:
                await deps.lifecycles.forget(generation_id)
                removed += 1
        elif record is not None:
            removed += await _purge_remains(deps, engine, budget, [generation_id], ages.left_before)
    return removed


async def _sweep_shares(deps: Deps, budget: Budget, section: str, left_before: datetime) -> int:
    """Remove pointers to shares that were revoked, have expired or were never made."""
    removed = 0
    async for pointer in deps.blobs.listed(section):
        if budget.is_used_up:
            break
        if pointer.written_at < left_before and await deps.shares.is_left(pointer.name):
            await deps.blobs.delete_unchanged(pointer.etag, pointer.name)
            removed += 1
    return removed


async def _sweep_old(deps: Deps, section: str, written_before: datetime) -> int:
    removed = 0
    async for blob in deps.blobs.listed(section):
        if blob.written_at < written_before and (section != RATES or is_rate_blob(blob.name)):
            await deps.blobs.delete(blob.name)
            removed += 1
    return removed
