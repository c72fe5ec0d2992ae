"""The original system's endpoints that make one step at a time. Nothing of them is stored: each answers what it made.

They run the activities' own code. A failure that may pass gets one more try, within the time that an HTTP answer has.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import cast

import azure.durable_functions as df
import azure.functions as func
from azurefunctions.extensions.http.fastapi import JSONResponse, Request, Response
from pydantic import BaseModel

from activities.analysis import analyse
from activities.characters import draw_sheet
from activities.chunking import break_down
from activities.paid_model import PaidModel
from activities.panels import draw_framed
from api.service import Sent, Service
from shared.deps import Deps
from shared.errors import ModelRateLimited, ModelTimeout, RetryableModelError
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

# The platform cuts an answer that has not begun after 230 s.
ANSWER_LIMIT_S = 220.0
RETRY_DELAY_S = 1.0
# Of several images some may be paid for already: they are not thrown away for a wait.
LONGEST_WAIT_S = 60.0

type Step[Body: BaseModel] = Callable[[Deps, Body], Awaitable[BaseModel]]


def build_blueprint(service: Service) -> df.Blueprint:
    """Return the four routes."""
    blueprint = df.Blueprint()

    @blueprint.function_name("analyze_story_now")
    @blueprint.route(route="api/analyze-story", methods=[func.HttpMethod.POST])
    async def analyze_story_now(req: Request) -> Response:
        return await service.answer_json(req, AnalyzeStoryRequest, _answer(_analyse), limited_as="analyze-story")

    @blueprint.function_name("chunk_story_now")
    @blueprint.route(route="api/chunk-story", methods=[func.HttpMethod.POST])
    async def chunk_story_now(req: Request) -> Response:
        return await service.answer_json(req, ChunkStoryRequest, _answer(_chunk), limited_as="chunk-story")

    @blueprint.function_name("generate_character_refs")
    @blueprint.route(route="api/generate-character-refs", methods=[func.HttpMethod.POST])
    async def generate_character_refs(req: Request) -> Response:
        return await service.answer_json(
            req, CharacterRefsRequest, _answer(_draw_sheets), limited_as="generate-character-refs"
        )

    @blueprint.function_name("generate_panel")
    @blueprint.route(route="api/generate-panel", methods=[func.HttpMethod.POST])
    async def generate_panel(req: Request) -> Response:
        return await service.answer_json(req, PanelRequest, _answer(_draw_panel), limited_as="generate-panel")

    return blueprint


def _answer[Body: BaseModel](step: Step[Body]) -> Callable[[Deps, Sent[Body]], Awaitable[Response]]:
    async def answer(deps: Deps, sent: Sent[Body]) -> Response:
        deps.settings.require_model()
        model = PaidModel(deps)
        try:
            async with asyncio.timeout(ANSWER_LIMIT_S):
                made = await step(replace(deps, text_model=model, image_model=model), sent.body)
        except TimeoutError as exc:
            raise ModelTimeout from exc
        return await asyncio.to_thread(_to_response, made)

    return answer


def _to_response(made: BaseModel) -> Response:
    content = made.model_dump(mode="json", by_alias=True, exclude_none=True)
    return JSONResponse(content, headers={"Cache-Control": "no-store"})


async def _analyse(deps: Deps, body: AnalyzeStoryRequest) -> AnalyzeStoryAnswer:
    analysis = await _twice(lambda: analyse(deps.text_model, body.story, body.style))
    return AnalyzeStoryAnswer(analysis=analysis.value, word_count=count_words(body.story))


async def _chunk(deps: Deps, body: ChunkStoryRequest) -> ChunkStoryAnswer:
    characters, setting = _characters(body.characters), _setting(body.setting)
    breakdown = await _twice(
        lambda: break_down(deps.text_model, body.story, characters, setting, body.style, no_dialogue=body.no_dialogue)
    )
    return ChunkStoryAnswer(story_breakdown=breakdown.value)


async def _draw_sheets(deps: Deps, body: CharacterRefsRequest) -> CharacterRefsAnswer:
    characters, setting = _characters(body.characters), _setting(body.setting)
    uploads = _named(body.uploaded_character_references)

    async def draw(index: int) -> CharacterReference:
        character = characters[index]
        sheet = await _twice(
            lambda: draw_sheet(deps.image_model, characters, index, setting, body.style, uploads),
            longest_wait_s=LONGEST_WAIT_S,
        )
        image, description = to_data_url(sheet.value), character.physical_description
        return CharacterReference(name=character.name, image=image, description=description)

    return CharacterRefsAnswer(character_references=await _all_of([draw(index) for index in range(len(characters))]))


async def _draw_panel(deps: Deps, body: PanelRequest) -> PanelAnswer:
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
    """Return the attempt's result; a failure that is worth it gets one more attempt.

    That is a second later, or when the model said, if that is no longer than `longest_wait_s`.
    """
    try:
        return await attempt()
    except RetryableModelError:
        await asyncio.sleep(RETRY_DELAY_S)
    except ModelRateLimited as exc:
        if exc.wait_s > longest_wait_s:
            raise
        await asyncio.sleep(exc.wait_s)
    return await attempt()


async def _all_of[Result](attempts: list[Awaitable[Result]]) -> tuple[Result, ...]:
    """Return all results. What is under way is waited for even if one fails: an answer that was paid for ends well."""
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
