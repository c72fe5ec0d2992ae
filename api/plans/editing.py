"""Reading and editing the plan of a generation.

An edited plan is stored first, under a token that depends on what it says and on the plan before. Then a round begins
that puts it to use, and in which nothing is drawn. A process that dies in between leaves a plan that nobody uses, or a
round that the next request starts. A request that is repeated finds its own plan.
"""

import hashlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from pydantic import ValidationError

from api.generations.ledgers import find_run, full_ledger, round_of
from api.generations.rounds import begin_round, corrected, ended_run, until_round_over
from api.plans.changed import Changed, changed
from api.plans.lettered import check_lettering, check_texts, lettered_plan
from shared.deps import Deps
from shared.errors import EngineUnavailable, NotFound, PlanChanged, StillRunning
from shared.models.http.plan import PlanRequest
from shared.models.http.requests import StoredRequest
from shared.models.ledger import AnalysisEntry, Ledger, short_title
from shared.models.steps import ReplacePlan
from shared.models.story import Plan
from shared.ports import Engine
from shared.storage.choices import read_choices

_MADE_BY_THE_MODEL = "original"
_TOKEN_LENGTH = 16


@dataclass(frozen=True, slots=True)
class VersionedPlan:
    """A plan and the token of its version; None for the plan that the model made."""

    token: str | None
    plan: Plan

    @property
    def etag(self) -> str:
        """The entity tag of this version."""
        return f'"{self.token or _MADE_BY_THE_MODEL}"'


async def read_plan(deps: Deps, engine: Engine, generation_id: str) -> VersionedPlan:
    """Return the plan of a generation.

    Raises:
        UnknownGeneration, Expired: there is no such generation.
        NotFound: it has no plan yet.
    """
    run = await find_run(deps, engine, generation_id)
    return await _plan_of(deps, generation_id, await full_ledger(deps.generations, run))


async def edit_plan(
    deps: Deps, engine: Engine, generation_id: str, edited: PlanRequest, is_expected: Callable[[str], bool]
) -> VersionedPlan:
    """Let the edited plan count from now on; return it. Nothing is drawn. The same plan again changes nothing.

    `is_expected` tells by the entity tag whether the client has edited this version.

    Raises:
        UnknownGeneration, Expired: there is no such generation.
        NotFound: it has no plan yet.
        StillRunning: it has not ended.
        InvalidInput: there is dialogue in a comic without, or there are texts in one with drawn lettering.
        PlanChanged: the client has edited another version.
    """
    while True:
        run = await ended_run(deps, engine, generation_id)
        ledger = await full_ledger(deps.generations, run)
        current = await _plan_of(deps, generation_id, ledger)
        request = await deps.generations.request(generation_id)
        known = _as_edited(request, current.plan)
        check_lettering(request, edited)
        wanted = _edited(request, edited, known)
        if wanted in (current.plan, known):
            return current
        check_texts(request, edited, wanted)
        if not is_expected(current.etag):
            raise PlanChanged
        token = _token(current.token, wanted)
        choices = await read_choices(deps.blobs, generation_id)
        work = _work(token, wanted, changed(known, wanted, ledger, choices))
        with suppress(StillRunning):
            # If another request was faster, its end decides.
            await _replace(deps, engine, generation_id, ledger, work, wanted)
            return VersionedPlan(token, wanted)


async def _replace(
    deps: Deps, engine: Engine, generation_id: str, ledger: Ledger, work: ReplacePlan, plan: Plan
) -> None:
    """Store the plan, and let a round put it to use."""
    run = await find_run(deps, engine, generation_id)
    await deps.lifecycles.change(generation_id, lambda record: corrected(record, run, ledger, deps.utc_now()))
    await deps.generations.save_plan(generation_id, work.plan, plan)
    # A run that was terminated or failed has not saved it.
    await deps.generations.save_ledger(generation_id, ledger)
    await begin_round(deps, engine, generation_id, round_of(ledger), work, None)
    run = await until_round_over(deps, engine, generation_id, round_of(ledger) + 1)
    entries = (await full_ledger(deps.generations, run)).entries
    if not any(isinstance(entry, AnalysisEntry) and entry.plan == work.plan for entry in entries):
        raise EngineUnavailable("The plan was stored, but could not be put to use. Send it again.")


async def _plan_of(deps: Deps, generation_id: str, ledger: Ledger) -> VersionedPlan:
    if ledger.panels is None:
        raise NotFound("This generation has no plan yet. Wait until its stream has sent `chunks`, or retry it.")
    return VersionedPlan(ledger.plan, await deps.generations.need_plan(generation_id, ledger.plan))


def _edited(request: StoredRequest, edited: PlanRequest, before: Plan) -> Plan:
    if request.lettering == "drawn":
        return edited.to_plan(before.analysis)
    return lettered_plan(edited, before)


def _as_edited(request: StoredRequest, plan: Plan) -> Plan:
    """Return the plan as it is if a client sends it back unchanged: white space may differ from the model's."""
    try:
        return _edited(request, PlanRequest.model_validate(plan.model_dump(by_alias=True)), plan)
    except ValidationError:
        return plan


def _token(before: str | None, plan: Plan) -> str:
    """Return the token of a plan that follows the one with the token `before`: the same for the same request."""
    content = f"{before or _MADE_BY_THE_MODEL} {plan.model_dump_json(by_alias=True)}"
    return hashlib.sha256(content.encode()).hexdigest()[:_TOKEN_LENGTH]


def _work(token: str, plan: Plan, change: Changed) -> ReplacePlan:
    return ReplacePlan(
        plan=token,
        title=short_title(plan.analysis.title),
        language=plan.analysis.language,
        characters=len(plan.analysis.characters),
        panels=len(plan.chunks.panels),
        outdated_characters=change.characters,
        outdated_panels=change.panels,
        moves=change.moves,
    )
