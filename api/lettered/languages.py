"""The languages of a comic whose lettering is text."""

from api.lettered.source import Lettered
from shared.deps import Deps
from shared.models.http.lettering import LanguageStatus
from shared.names import lettering_step_of_instance, lettering_steps_prefix
from shared.ports import Engine


async def read_languages(deps: Deps, engine: Engine, comic: Lettered) -> tuple[LanguageStatus, ...]:
    """Return the languages in which the comic's texts are there, under way or have failed; its own first.

    Only translations of its texts as they are now count: after an edit of the plan there are none.
    """
    # The runs first: one that has ended by then has stored its translation.
    runs = await engine.runs(lettering_steps_prefix(comic.generation_id))
    source = comic.source
    found: dict[str, LanguageStatus] = {}
    for run in runs:
        step = lettering_step_of_instance(run.instance_id)
        if step is not None and step.language is not None and step.source == source:
            status = LanguageStatus(language=step.language, status="failed" if run.is_over else "running")
            found[step.language] = status
    for language in await deps.letterings.languages(comic.generation_id, source):
        found[language] = LanguageStatus(language=language, status="done")
    own = LanguageStatus(language=comic.language, status="done")
    others = (found[language] for language in sorted(found) if language != comic.language)
    return own, *others
