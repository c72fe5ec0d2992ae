"""`GET /api/reddit`: the text of a post, to make a manga of."""

import azure.durable_functions as df
import azure.functions as func
from azurefunctions.extensions.http.fastapi import JSONResponse, Request, Response

from api.service import Service
from shared.deps import Deps
from shared.errors import PostHasNoText, PostTooLong
from shared.models.reddit import RedditAnswer
from shared.reddit_address import parse_reddit_address


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
    words, limit = len(post.body.split()), deps.settings.max_story_words
    if not words:
        raise PostHasNoText(
            "This post has an image or a link, but no text. Choose a post that tells its story in words."
        )
    if words > limit:
        raise PostTooLong(
            f"This post has {words} words: at most {limit} are accepted. Copy the part that you want to see drawn."
        )
    answer = RedditAnswer(post=post)
    return JSONResponse(answer.model_dump(mode="json", by_alias=True), headers={"Cache-Control": "no-store"})
