"""`POST /api/generations/{id}/lettering`: translate the texts of a comic."""

from azurefunctions.extensions.http.fastapi import Response

from api.endpoint import Answer, Endpoint
from api.lettering.translate import translate
from api.requests.call import Call
from api.requests.parameters import GENERATION_ID
from api.responses import json_response
from shared.errors import DailyBudgetExhausted, LetteringIsDrawn
from shared.models.http.lettering import Languages, TranslationRequest


async def _translate(call: Call) -> Response:
    language = call.body_as(TranslationRequest).language
    languages = await translate(call.deps, call.engine, call.read(GENERATION_ID), language)
    return json_response(Languages(languages=languages), 202)


ENDPOINTS = (
    Endpoint(
        "translate_lettering_texts",
        "post",
        "/api/generations/{id}/lettering",
        _translate,
        "Translate the texts of a comic whose lettering is text; no picture is drawn again",
        answers=(
            Answer(
                202,
                "The languages of the comic, its own first. Can be repeated: a language that is there or under way "
                "costs nothing, and a translation that has failed starts again.",
                {"application/json": Languages},
            ),
        ),
        errors=(LetteringIsDrawn, DailyBudgetExhausted),
        parameters=(GENERATION_ID,),
        body=TranslationRequest,
        limited_as="translate-lettering",
        uses_engine=True,
    ),
)
