"""The original system's endpoints that make one step at a time. Each answers with its result and stores nothing."""

import asyncio
from dataclasses import replace

from azurefunctions.extensions.http.fastapi import Response
from pydantic import BaseModel

from activities.paid_model import PaidModel
from api.endpoint import Answer, Endpoint
from api.requests.call import Call
from api.responses import json_response
from api.single_steps import Step, analyse_story, chunk_story, draw_panel, draw_sheets
from shared import errors
from shared.models.http.single_steps import (
    AnalyzeStoryAnswer,
    AnalyzeStoryRequest,
    CharacterRefsAnswer,
    CharacterRefsRequest,
    ChunkStoryAnswer,
    ChunkStoryRequest,
    PanelAnswer,
    PanelRequest,
)

# The platform cuts off an answer that has not begun after 230 s.
_ANSWER_LIMIT_S = 220.0
_ERRORS = (
    errors.ContentBlocked,
    errors.ModelImageRejected,
    errors.ModelInputTooLarge,
    errors.ModelTimeout,
    errors.ModelRateLimited,
    errors.ModelBusy,
    errors.ModelUnavailable,
    errors.UnusableAnswer,
    errors.ModelRejected,
    errors.ModelRequestInvalid,
    errors.ModelQuotaExhausted,
    errors.ModelBillingRequired,
    errors.ModelLocationUnsupported,
    errors.ModelAccessDenied,
    errors.ModelPermissionDenied,
    errors.UnknownModel,
    errors.DailyBudgetExhausted,
)


async def _make[Body: BaseModel](call: Call, model: type[Body], step: Step[Body]) -> Response:
    call.deps.settings.require_model()
    paid = PaidModel(call.deps)
    try:
        async with asyncio.timeout(_ANSWER_LIMIT_S):
            made = await step(replace(call.deps, text_model=paid, image_model=paid), call.body_as(model))
    except TimeoutError as exc:
        raise errors.ModelTimeout from exc
    # Large with images: not on the event loop.
    return await asyncio.to_thread(json_response, made, exclude_none=True)


def _endpoint[Body: BaseModel](
    function: str,
    limit: str,
    summary: str,
    description: str,
    body: type[Body],
    answer: type[BaseModel],
    step: Step[Body],
) -> Endpoint:
    return Endpoint(
        function,
        "post",
        f"/api/{limit}",
        lambda call: _make(call, body, step),
        summary,
        answers=(Answer(200, description, {"application/json": answer}),),
        errors=_ERRORS,
        body=body,
        limited_as=limit,
    )


ENDPOINTS = (
    _endpoint(
        "analyze_story_now",
        "analyze-story",
        "Find a story's characters and setting",
        "The analysis.",
        AnalyzeStoryRequest,
        AnalyzeStoryAnswer,
        analyse_story,
    ),
    _endpoint(
        "chunk_story_now",
        "chunk-story",
        "Split a story into panels",
        "The panels, in reading order.",
        ChunkStoryRequest,
        ChunkStoryAnswer,
        chunk_story,
    ),
    _endpoint(
        "generate_character_refs",
        "generate-character-refs",
        "Draw each character's sheet",
        "The sheets, in the characters' order.",
        CharacterRefsRequest,
        CharacterRefsAnswer,
        draw_sheets,
    ),
    _endpoint(
        "generate_panel", "generate-panel", "Draw one panel", "The panel.", PanelRequest, PanelAnswer, draw_panel
    ),
)
