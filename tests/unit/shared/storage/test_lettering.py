"""Translations and edits of texts in storage."""

import asyncio

from shared.deps import Deps
from shared.models.lettering import Place
from shared.models.step_ref import StepRef
from shared.models.stored.lettering import EditedText, LetteringEdit, TranslatedSet
from shared.models.usage import Usage
from tests.support.fakes.stories import GENERATION

SOURCE = "0123456789abcdef"
USED = Usage(calls=1, input_tokens=10, price_micros=7)
JAPANESE = TranslatedSet(language="ja", title="港", panels=(("こんにちは。",), ()))


def translation(language: str = "ja", source: str = SOURCE) -> StepRef:
    return StepRef(generation_id=GENERATION, kind="lettering", language=language, source=source)


def edit(text: str) -> LetteringEdit:
    place = Place(x=0.1, y=0.2, width=0.3, height=0.25)
    return LetteringEdit(texts=(EditedText(kind="dialogue", text=text, place=place),), picture="abc")


async def test_translation_is_found_by_its_source_and_language(deps: Deps) -> None:
    assert await deps.letterings.keep_translation(translation(), JAPANESE, USED) == JAPANESE

    assert await deps.letterings.translation(GENERATION, SOURCE, "ja") == JAPANESE
    assert await deps.letterings.translation(GENERATION, SOURCE, "ar") is None
    assert await deps.letterings.translation(GENERATION, "f" * 16, "ja") is None


async def test_second_translation_is_counted_and_the_first_one_stays(deps: Deps) -> None:
    await deps.letterings.keep_translation(translation(), JAPANESE, USED)
    second = JAPANESE.model_copy(update={"title": "Hafen"})

    assert await deps.letterings.keep_translation(translation(), second, USED) == JAPANESE
    assert await deps.generations.used(GENERATION) == {"lettering": USED + USED}


async def test_languages_are_those_of_the_same_source(deps: Deps) -> None:
    for step in (translation("zh-Hant-TW"), translation("ar"), translation("fr", "f" * 16)):
        await deps.letterings.keep_translation(step, JAPANESE, USED)
    await deps.letterings.save_edit(GENERATION, "de", "key-0", edit("Hallo."), None)

    assert await deps.letterings.languages(GENERATION, SOURCE) == ("ar", "zh-Hant-TW")


async def test_saved_edit_is_returned(deps: Deps) -> None:
    assert await deps.letterings.edit(GENERATION, "en", "key-0") is None
    assert await deps.letterings.save_edit(GENERATION, "en", "key-0", edit("Hello."), None)

    stored = await deps.letterings.edit(GENERATION, "en", "key-0")
    assert stored is not None
    assert stored.edit == edit("Hello.")
    assert await deps.letterings.edit(GENERATION, "ja", "key-0") is None
    assert await deps.letterings.edited_panels(GENERATION, "en") == {"key-0"}


async def test_of_two_edits_at_once_one_is_stored(deps: Deps) -> None:
    await deps.letterings.save_edit(GENERATION, "en", "key-0", edit("Hello."), None)
    before = await deps.letterings.edit(GENERATION, "en", "key-0")

    saved = await asyncio.gather(
        *(deps.letterings.save_edit(GENERATION, "en", "key-0", edit(text), before) for text in ("Hi.", "Hey."))
    )

    assert sorted(saved) == [False, True]


async def test_first_edit_is_refused_if_there_is_one_already(deps: Deps) -> None:
    await deps.letterings.save_edit(GENERATION, "en", "key-0", edit("Hello."), None)

    assert not await deps.letterings.save_edit(GENERATION, "en", "key-0", edit("Hi."), None)


async def test_removal_of_a_generation_removes_its_texts(deps: Deps) -> None:
    await deps.letterings.keep_translation(translation(), JAPANESE, USED)
    await deps.letterings.save_edit(GENERATION, "en", "key-0", edit("Hello."), None)

    await deps.generations.delete(GENERATION)

    assert [name async for name in deps.blobs.names("")] == []
