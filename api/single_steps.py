"""Single steps within one HTTP request. They use the code of the activities, and retry temporary failures once."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import cast

from pydantic import BaseModel

from activities.analysis import analyse
from activities.characters import draw_sheet
from activities.chunking import break_down
from activities.panels import draw_framed
from shared.deps import Deps
from shared.errors import ModelRateLimited, RetryableModelError
from shared.images.data_urls import to_data_url
from shared.model.prompts.panel import panel_prompt
from shared.model.prompts.references import choose_references
from shared.models.http.requests import UploadedReference
from shared.models.http.single_steps import (
    AnalyzeStoryAnswer,
    AnalyzeStoryRequest,
    CharacterRefsAnswer,
    CharacterRefsRequest,
    ChunkStoryAnswer,
    ChunkStoryRequest,
    GivenCharacter,
    GivenCharacterReference,
    GivenSetting,
    PanelAnswer,
    PanelRequest,
)
from shared.models.messages import CharacterReference, GeneratedPanel
from shared.models.story import Character, PanelPlan, Setting
from shared.storage.generations import NamedImage
from shared.text.matching import find_name
from shared.text.words import count_words

_RETRY_DELAY_S = 1.0
# Other sheets may already be drawn and paid for, so it is better to wait for the last one.
_LONGEST_WAIT_S = 60.0

type Step[Body: BaseModel] = Callable[[Deps, Body], Awaitable[BaseModel]]


async def analyse_story(deps: Deps, body: AnalyzeStoryRequest) -> AnalyzeStoryAnswer:
    """Return the analysis of a story."""
    analysis = await _twice(lambda: analyse(deps.text_model, body.story, body.style))
    return AnalyzeStoryAnswer(analysis=analysis.value, word_count=count_words(body.story))


async def chunk_story(deps: Deps, body: ChunkStoryRequest) -> ChunkStoryAnswer:
    """Return the panels of a story."""
    characters, setting = _characters(body.characters), _setting(body.setting)
    breakdown = await _twice(
        lambda: break_down(deps.text_model, body.story, characters, setting, body.style, no_dialogue=body.no_dialogue)
    )
    return ChunkStoryAnswer(story_breakdown=breakdown.value)


async def draw_sheets(deps: Deps, body: CharacterRefsRequest) -> CharacterRefsAnswer:
    """Return a sheet for each character."""
    characters, setting = _characters(body.characters), _setting(body.setting)
    uploads = _named(body.uploaded_character_references)

    async def draw(index: int) -> CharacterReference:
        character = characters[index]
        sheet = await _twice(
            lambda: draw_sheet(deps.image_model, characters, index, setting, body.style, uploads),
            longest_wait_s=_LONGEST_WAIT_S,
        )
        image, description = to_data_url(sheet.value), character.physical_description
        return CharacterReference(name=character.name, image=image, description=description)

    return CharacterRefsAnswer(character_references=await _all_of([draw(index) for index in range(len(characters))]))


async def draw_panel(deps: Deps, body: PanelRequest) -> PanelAnswer:
    """Return a panel."""
    panel = PanelPlan.model_validate(body.panel.model_dump())
    cast_of_panel = [
        reference for reference in body.character_references if find_name(reference.name, panel.characters)
    ]
    chosen = choose_references(_named(cast_of_panel), _named(body.uploaded_setting_references))
    prompt = panel_prompt(
        panel,
        [_described(reference) for reference in cast_of_panel],
        _setting(body.setting),
        body.style,
        no_dialogue=body.no_dialogue,
        sheets=chosen.characters,
        setting_references=chosen.objects,
    )
    image = await _twice(lambda: draw_framed(deps.image_model, prompt, panel))
    return PanelAnswer(generated_panel=GeneratedPanel(panel_number=panel.panel_number, image=to_data_url(image.value)))


async def _twice[Result](attempt: Callable[[], Awaitable[Result]], longest_wait_s: float = 0) -> Result:
    """Return the attempt's result; a temporary failure gets one retry.

    The retry comes a second later, or when the model allows it if that is no later than `longest_wait_s`.
    """
    try:
        return await attempt()
    except RetryableModelError:
        await asyncio.sleep(_RETRY_DELAY_S)
    except ModelRateLimited as exc:
        if exc.wait_s > longest_wait_s:
            raise
        await asyncio.sleep(exc.wait_s)
    return await attempt()


async def _all_of[Result](attempts: list[Awaitable[Result]]) -> tuple[Result, ...]:
    """Return all results. If one fails the others still finish, since they are paid for."""
    results = await asyncio.gather(*attempts, return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result
    return tuple(cast("list[Result]", results))


def _characters(given: tuple[GivenCharacter, ...]) -> tuple[Character, ...]:
    return tuple(Character.model_validate(character.model_dump()) for character in given)


def _setting(given: GivenSetting) -> Setting:
    return Setting.model_validate(given.model_dump())


def _described(reference: GivenCharacterReference) -> Character:
    return Character(name=reference.name, physical_description=reference.description)


def _named(references: Sequence[UploadedReference | GivenCharacterReference]) -> list[NamedImage]:
    return [NamedImage(reference.name, reference.image) for reference in references]
