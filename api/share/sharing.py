"""Sharing a generation's comic by a link, and ending that."""

from datetime import datetime, timedelta

from api.generations.ledgers import find_run, full_ledger
from api.links import share_link
from shared.deps import Deps
from shared.errors import FieldProblem, InvalidInput, NothingToExport
from shared.models.http.share import ShareLink
from shared.ports import Engine, Run

_DEFAULT_DAYS = 30


async def share_comic(deps: Deps, engine: Engine, generation_id: str, days: int | None) -> ShareLink:
    """Share the comic and return its link. Can be repeated; other `days` change when the link ends, not the link.

    Raises:
        UnknownGeneration, Expired: there is no such generation.
        InvalidInput: `days` is longer than the retention.
        NothingToExport: no panel is drawn yet.
    """
    _check_days(deps, days)
    run = await find_run(deps, engine, generation_id)
    if not (await full_ledger(deps.generations, run)).drawn("panel"):
        raise NothingToExport("No panel of this comic is drawn yet. Wait for the first one and try again.")
    share = await deps.shares.make(generation_id, days, _expiry(deps, run, days or _DEFAULT_DAYS))
    # A removal that has begun meanwhile may not have seen the share; its sweep removes it.
    await deps.lifecycles.refuse_gone(generation_id)
    return share_link(share)


async def end_sharing(deps: Deps, engine: Engine, generation_id: str) -> None:
    """Revoke the link of the comic, if it is shared.

    Raises:
        UnknownGeneration, Expired: there is no such generation.
    """
    await find_run(deps, engine, generation_id)
    await deps.shares.revoke(generation_id)


def _check_days(deps: Deps, days: int | None) -> None:
    longest = deps.settings.retention_days
    if days is not None and longest and days > longest:
        advice = f"It has to be at most {longest:g}, since comics are removed after that time."
        raise InvalidInput(f"The comic was not shared; correct days. {advice}", (FieldProblem("days", advice),))


def _expiry(deps: Deps, run: Run, days: int) -> datetime:
    """Return when the link ends: after so many days, but not later than the generation is removed."""
    now = deps.utc_now().replace(microsecond=0)
    expires = now + timedelta(days=days)
    if not deps.settings.retention_days:
        return expires
    retention = timedelta(days=deps.settings.retention_days)
    removal = (run.updated_at if run.is_over else now) + retention
    # The removal of one that is due may take a day to begin.
    return min(expires, removal) if removal > now else min(expires, now + retention)
