"""The texts of a comic in one language, without what clients have edited."""

from dataclasses import dataclass

from api.lettering.source import Lettered
from shared.deps import Deps
from shared.errors import NotFound
from shared.lettering import panel_keys
from shared.models.lettering import PlannedText
from shared.models.stored.lettering import TranslatedSet
from shared.text.language import UNDETERMINED


@dataclass(frozen=True, slots=True)
class ComicTexts:
    """A comic's title and the texts of its panels in one language (None: it is not known), and the panels' keys."""

    language: str | None
    title: str
    panels: tuple[tuple[PlannedText, ...], ...]
    keys: tuple[str, ...]

    @property
    def tag(self) -> str:
        """The language's tag (BCP 47)."""
        return self.language or UNDETERMINED


async def read_texts(deps: Deps, comic: Lettered, language: str | None) -> ComicTexts:
    """Return the comic's texts in the language (None: its own).

    Raises:
        NotFound: they are not translated into it.
    """
    own = tuple(panel.texts or () for panel in comic.plan.chunks.panels)
    keys = panel_keys(comic.plan)
    if language is None or language == comic.language:
        return ComicTexts(comic.plan.analysis.language, comic.plan.analysis.title, own, keys)
    translated = await deps.letterings.translation(comic.generation_id, comic.source, language)
    if translated is None:
        raise NotFound(
            f"The texts of this comic are not there in the language {language}. Have them translated with POST "
            f'/api/generations/{comic.generation_id}/lettering and the body {{"language": "{language}"}}.'
        )
    return ComicTexts(language, translated.title, _translated(own, translated), keys)


def _translated(
    own: tuple[tuple[PlannedText, ...], ...], translated: TranslatedSet
) -> tuple[tuple[PlannedText, ...], ...]:
    return tuple(
        tuple(text.model_copy(update={"text": words}) for text, words in zip(texts, panel, strict=True))
        for texts, panel in zip(own, translated.panels, strict=True)
    )
