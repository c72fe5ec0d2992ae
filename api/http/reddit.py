"""`GET /api/reddit`: the text of a post, to make a manga of."""

import azure.durable_functions as df
import azure.functions as func
from azurefunctions.extensions.http.fastapi import JSONResponse, Request, Response

from api.service import Service
from shared.deps import Deps
from shared.errors import PostTooLong
from shared.models.http.reddit import RedditAnswer
from shared.models.http.reddit_address import parse_reddit_address
from shared.text.words import describe_excess


def build_blueprint(service: Service) -> df.Blueprint:
    """Return the route."""
    blueprint = df.Blueprint()

    @blueprint.function_name("reddit")
    @blueprint.route(route="api/reddit", methods=[func.HttpMethod.GET])
    async def reddit(req: Request) -> Response:
        return await service.answer(req, lambda deps: _import(deps, req), limited_as="reddit")

    return blueprint


async def _import(deps: Deps, request: Request) -> Response:
    post = await deps.posts.post(parse_reddit_address(request.query_params.get("path", "")))
    excess = describe_excess(post.body, deps.settings.max_story_words, deps.settings.max_story_characters)
    if excess is not None:
        raise PostTooLong(f"This post has {excess}. Copy the part that you want to see drawn.")
    answer = RedditAnswer(post=post)
    return JSONResponse(answer.model_dump(mode="json", by_alias=True), headers={"Cache-Control": "no-store"})
