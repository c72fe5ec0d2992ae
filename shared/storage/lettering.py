"""Texts of comics in storage: translations, each written once, and edits by hand, written on a condition.

All are below the prefix of their generation, so they are removed with it.
"""

from dataclasses import dataclass

from shared import names
from shared.models.step_ref import StepRef
from shared.models.stored.lettering import LetteringEdit, TranslatedSet
from shared.models.usage import Usage
from shared.ports import BlobStore
from shared.storage.conditional import JSON, write_unchanged
from shared.storage.generations import count_unkept, usage_note


@dataclass(frozen=True, slots=True)
class StoredEdit:
    """An edit, and the entity tag of its blob."""

    edit: LetteringEdit
    etag: str


class Letterings:
    """Translations and edits of texts. Every method raises StorageUnavailable if the storage does not answer."""

    def __init__(self, blobs: BlobStore) -> None:
        self._blobs = blobs

    async def keep_translation(self, step: StepRef, translated: TranslatedSet, used: Usage) -> TranslatedSet:
        """Store the result of a `lettering` step and what it used, unless there is one; return the stored one."""
        content = translated.model_dump_json(by_alias=True).encode()
        if await self._blobs.create(names.result_blob(step), content, JSON, usage_note(used)) is not None:
            return translated
        await count_unkept(self._blobs, step.generation_id, step.kind, used)
        return await self.translation(step.generation_id, step.source or "", translated.language) or translated

    async def translation(self, generation_id: str, source: str, language: str) -> TranslatedSet | None:
        """Return the translation of the texts with this digest into the language, or None if there is none."""
        blob = await self._blobs.read(names.lettering_set_blob(generation_id, source, language))
        return blob and TranslatedSet.model_validate_json(blob.content)

    async def languages(self, generation_id: str, source: str) -> tuple[str, ...]:
        """Return the languages into which the texts with this digest are translated, in the order of their names."""
        prefix = names.lettering_prefix(generation_id, source)
        found = [names.language_of_lettering_blob(name) async for name in self._blobs.names(prefix)]
        return tuple(sorted(language for language in found if language is not None))

    async def edit(self, generation_id: str, language: str, panel_key: str) -> StoredEdit | None:
        """Return the edit of a panel's texts, or None if a client has made none."""
        blob = await self._blobs.read(names.lettering_edit_blob(generation_id, language, panel_key))
        return blob and StoredEdit(LetteringEdit.model_validate_json(blob.content), blob.etag)

    async def save_edit(
        self, generation_id: str, language: str, panel_key: str, edit: LetteringEdit, before: StoredEdit | None
    ) -> bool:
        """Store the edit that follows the one `before` (None: it is the first).

        Return False, with nothing stored, if there is another one meanwhile.
        """
        name = names.lettering_edit_blob(generation_id, language, panel_key)
        content = edit.model_dump_json(by_alias=True, exclude_none=True).encode()
        return await write_unchanged(self._blobs, name, before and before.etag, content) is not None

    async def edited_panels(self, generation_id: str, language: str) -> frozenset[str]:
        """Return the keys of the panels whose texts have an edit in the language."""
        prefix = names.lettering_edits_prefix(generation_id, language)
        return frozenset([name.removeprefix(prefix).removesuffix(".json") async for name in self._blobs.names(prefix)])
