"""Access to Reddit's API as a registered app, without any user's account ("application only" OAuth).

Since May 2026 Reddit serves posts to registered apps only. A token is valid for a day, and all requests of a process
share it.
"""

import asyncio
import base64
import logging
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated

from pydantic import BaseModel, Field, SecretStr, ValidationError

from shared.errors import RedditUnavailable
from shared.outside.bounded_http import Limits, ask
from shared.settings import Settings

# A token that is about to expire is not used: it might expire on the way.
_MARGIN_S = 60

_logger = logging.getLogger(__name__)


class _Token(BaseModel):
    access_token: Annotated[SecretStr, Field(min_length=1)]
    expires_in: Annotated[float, Field(gt=0)]


class RedditAccess:
    """The API's URL, and the headers that authorize requests; without credentials there are none."""

    def __init__(self, settings: Settings, limits: Limits, user_agent: str) -> None:
        self._settings = settings
        self._limits = replace(limits, redirects=0)
        self._user_agent = user_agent
        self._token: _Token | None = None
        self._expires_at_s = 0.0
        self._asking = asyncio.Lock()

    @property
    def api_url(self) -> str:
        """The base URL for requests of posts."""
        settings = self._settings
        return settings.reddit_api_url if settings.reddit_credentials else settings.reddit_base_url

    async def headers(self) -> Mapping[str, str]:
        """Return the headers that authorize a request.

        Raises:
            NoAnswer: Reddit did not answer.
            RedditUnavailable: it issued no token.
        """
        credentials = self._settings.reddit_credentials
        if credentials is None:
            return {}
        async with self._asking:
            if self._token is None or time.monotonic() > self._expires_at_s:
                self._token = await self._new_token(*credentials)
                self._expires_at_s = time.monotonic() + self._token.expires_in - _MARGIN_S
            return {"Authorization": f"Bearer {self._token.access_token.get_secret_value()}"}

    def forget(self) -> None:
        """Request a new token next time: this one was rejected."""
        self._token = None

    async def _new_token(self, client_id: SecretStr, client_secret: SecretStr) -> _Token:
        key = base64.b64encode(f"{client_id.get_secret_value()}:{client_secret.get_secret_value()}".encode()).decode()
        answer = await ask(
            "POST",
            f"{self._settings.reddit_base_url}/api/v1/access_token",
            self._limits,
            headers={
                "Authorization": f"Basic {key}",
                "Content-Type": "application/x-www-form-urlencoded",
                "User-Agent": self._user_agent,
            },
            body=b"grant_type=client_credentials",
        )
        try:
            return _Token.model_validate_json(answer.body)
        except ValidationError:
            _logger.error(  # noqa: TRY400 - the validation's own text is about Reddit's answer
                "Reddit gave no token: check REDDIT_CLIENT_ID and REDDIT_CLIENT_SECRET",
                extra={"action": "reddit_token_refused", "status": answer.status},
            )
            raise RedditUnavailable from None
