"""`GET /api/reddit`: the text of a post, to make a manga of."""

import azure.durable_functions as df
import azure.functions as func
from azurefunctions.extensions.http.fastapi import JSONResponse, Request, Response

from api.service import Service
from shared.deps import Deps
from shared.errors import PostHasNoText, PostTooLong
from shared.models.reddit import RedditAnswer
from shared.reddit_address import parse_reddit_address
from shared.settings import Settings
from shared.words import count_words, is_blank


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
    if is_blank(post.body):
        raise PostHasNoText(
            "This post has an image or a link, but no text. Choose a post that tells its story in words."
        )
    _check_length(post.body, deps.settings)
    answer = RedditAnswer(post=post)
    return JSONResponse(answer.model_dump(mode="json", by_alias=True), headers={"Cache-Control": "no-store"})


def _check_length(story: str, settings: Settings) -> None:
    characters, most = len(story), settings.max_story_characters
    if characters > most:
        raise _too_long(f"{characters} characters", most)
    words, most = count_words(story), settings.max_story_words
    if words > most:
        raise _too_long(f"{words} words", most)


def _too_long(length: str, most: int) -> PostTooLong:
    return PostTooLong(
        f"This post has {length}: at most {most} are accepted. Copy the part that you want to see drawn."
    )
