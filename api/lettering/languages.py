"""The languages of a comic whose lettering is text."""

from api.generations import languages
from api.lettering.source import Lettered
from shared.deps import Deps
from shared.models.http.lettering import LanguageStatus
from shared.ports import Engine


async def read_languages(deps: Deps, engine: Engine, comic: Lettered) -> tuple[LanguageStatus, ...]:
    """Return the languages in which the comic's texts are there, under way or have failed; its own first."""
    return await languages.read_languages(deps, engine, comic.generation_id, comic.plan)
