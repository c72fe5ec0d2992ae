"""The languages of a comic whose lettering is text."""

from shared.deps import Deps
from shared.lettering import source_of
from shared.models.http.lettering import LanguageStatus
from shared.models.story import Plan
from shared.names import lettering_step_of_instance, lettering_steps_prefix
from shared.ports import Engine
from shared.text.language import UNDETERMINED


def language_of(plan: Plan) -> str:
    """Return the language in which a plan is written."""
    return plan.analysis.language or UNDETERMINED


async def read_languages(deps: Deps, engine: Engine, generation_id: str, plan: Plan) -> tuple[LanguageStatus, ...]:
    """Return the languages in which the plan's texts are there, under way or have failed; its own first.

    Only translations of the texts as they are now count: after an edit of the plan there are none.
    """
    # The runs first: one that has ended by then has stored its translation.
    runs = await engine.runs(lettering_steps_prefix(generation_id))
    own, source = language_of(plan), source_of(plan)
    found: dict[str, LanguageStatus] = {}
    for run in runs:
        step = lettering_step_of_instance(run.instance_id)
        if step is not None and step.language is not None and step.source == source:
            status = LanguageStatus(language=step.language, status="failed" if run.is_over else "running")
            found[step.language] = status
    for language in await deps.letterings.languages(generation_id, source):
        found[language] = LanguageStatus(language=language, status="done")
    others = (found[language] for language in sorted(found) if language != own)
    return LanguageStatus(language=own, status="done"), *others
