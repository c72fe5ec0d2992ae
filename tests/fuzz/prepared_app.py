"""The running app, with generations of several kinds, a Reddit post, and an issue tracker."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import httpx

from shared.models.lettering import LetteringMode
from shared.models.messages import STREAM_MESSAGE, is_last
from tests.support.outside_world import POST_PATH, REPOSITORY_NAME, OutsideWorld, Reply, outside_world, post_page
from tests.support.running_app import PATIENCE_S, START, RunningApp, running_app
from tests.support.unlimited import NO_LIMITS
from tests.support.waiting import wait_until
from tools.devstack.stack import Stack, StackOptions

KEY_HEADER = "x-functions-key"
# Short stream windows, so that many requests fit into a minute.
_SETTINGS = {"STREAM_WINDOW_SECONDS": "1", "MAX_REQUEST_BYTES": "300000", **NO_LIMITS}
_STORY = "Mira met Jon at the harbour."
# The texts of the lettered comic are there in this language too.
TRANSLATED = "ja"
# Slow enough to cancel a generation before it ends.
_SLOW_S = 3


@dataclass(frozen=True, slots=True)
class PreparedApp:
    """The app's address and master key, and generations: a complete one, one without a panel, and a cancelled one.

    `lettered` has its texts over its pictures. `planned` have stopped after their plan: the first one's texts are to be
    drawn, the other's are not. `tokens` are those of shared comics of both kinds.
    """

    url: str
    key: str
    lasting: tuple[str, ...]
    cancelled: str
    lettered: str
    planned: tuple[str, str]
    tokens: tuple[str, str]

    def description(self) -> dict[str, Any]:
        """Return the app's OpenAPI document."""
        answer = httpx.get(f"{self.url}/api/openapi.json", trust_env=False).raise_for_status()
        return cast("dict[str, Any]", answer.json())


@contextmanager
def prepared_app(data: Path) -> Generator[PreparedApp]:
    """Start the app, with all data in `data`."""
    with outside_world() as outside:
        _open_the_outside(outside)
        settings = {**_SETTINGS, **outside.settings}
        options = StackOptions(data, settings=settings, keys_enforced=True)
        with Stack(options) as stack, running_app(stack) as app:
            key = stack.keys().master
            app.http.headers[KEY_HEADER] = key
            yield PreparedApp(
                stack.url,
                key,
                lasting=_lasting(app),
                cancelled=_cancelled(app),
                lettered=_lettered(app),
                planned=(_planned(app, "drawn"), _planned(app, "text")),
                tokens=(_shared(app, _made(app, "drawn")), _shared(app, _lettered(app))),
            )


def _open_the_outside(outside: OutsideWorld) -> None:
    outside.say_json(f"{POST_PATH}.json", post_page())
    outside.say(f"/repos/{REPOSITORY_NAME}/dispatches", Reply(204))


def _lasting(app: RunningApp) -> tuple[str, ...]:
    finished = _made(app, "drawn")
    app.emulator.fail({"kind": "panel", "subject": "1", "fault": "finish", "reason": "SAFETY"})
    incomplete = _made(app, "drawn")
    app.emulator.reset()
    return finished, incomplete


def _cancelled(app: RunningApp) -> str:
    app.emulator.delay(text=_SLOW_S, image=_SLOW_S)
    cancelled = _started(app)
    app.http.post(f"/api/generations/{cancelled}/cancel").raise_for_status()
    app.emulator.reset()
    return _followed(app, cancelled)


def _lettered(app: RunningApp) -> str:
    """Make a comic with texts over its pictures, and have them translated."""
    generation_id = _made(app, "text")
    app.http.post(f"/api/generations/{generation_id}/lettering", json={"language": TRANSLATED}).raise_for_status()
    done = {"language": TRANSLATED, "status": "done"}
    wait_until(lambda: done in app.state(generation_id)["languages"], "the translation", PATIENCE_S)
    return generation_id


def _planned(app: RunningApp, lettering: LetteringMode) -> str:
    return _followed(app, _started(app, lettering=lettering, stopAfter="plan"))


def _shared(app: RunningApp, generation_id: str) -> str:
    """Share a comic that no request changes, and return the token of its link."""
    answer = app.http.post(f"/api/generations/{generation_id}/share").raise_for_status()
    return str(answer.json()["url"]).rpartition("/")[2]


def _made(app: RunningApp, lettering: LetteringMode) -> str:
    return _followed(app, _started(app, lettering=lettering))


def _started(app: RunningApp, **fields: str) -> str:
    """Start a generation and read its stream until the window closes."""
    answer = app.http.post(START, json={"story": _STORY, "style": "manga", "images": "url", **fields})
    return answer.raise_for_status().headers["x-generation-id"]


def _followed(app: RunningApp, generation_id: str) -> str:
    """Follow a generation's stream to its end."""
    while True:
        answer = app.http.get(f"{START}/{generation_id}?images=url").raise_for_status()
        if is_last(STREAM_MESSAGE.validate_json(answer.content.splitlines()[-1])):
            return generation_id
