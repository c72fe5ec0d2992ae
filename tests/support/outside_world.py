"""A loopback server in the place of Reddit and GitHub, with replies that a test sets; it records its requests."""

import json
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.support.loopback import QuietHandler, serving

SUBREDDIT = "shortstories"
POST_ID = "abc123"
POST_PATH = f"/r/{SUBREDDIT}/comments/{POST_ID}"
REPOSITORY_NAME = "someone/story-to-manga"
TOKEN = "github_pat_not-for-anybody-else"  # noqa: S105 - a made-up one


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply. A body of pieces is sent until its end or until the client closes the connection."""

    status: int = 200
    body: bytes | Iterator[bytes] = b""
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    is_held: bool = False
    """Whether the connection is left open, and silent, after the body."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A request that was received; header names are in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


class OutsideWorld:
    """The server, with a reply for each path (without its query); other paths are not found."""

    def __init__(self) -> None:
        self.url = ""
        self.received: list[Sent] = []
        self._replies: dict[str, Reply] = {}

    def reset(self) -> None:
        """Forget the replies and the requests."""
        self.received.clear()
        self._replies.clear()

    def say(self, path: str, reply: Reply) -> None:
        """Answer requests to the path with this reply."""
        self._replies[path] = reply

    def say_json(self, path: str, content: object, status: int = 200, **headers: str) -> None:
        """Answer requests to the path with JSON."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        body = json.dumps(content).encode()
        self.say(path, Reply(status, body, {"Content-Type": "application/json; charset=UTF-8", **named}))

    def reply_to(self, sent: Sent) -> Reply:
        """Record the request and return its reply."""
        self.received.append(sent)
        return self._replies.get(sent.target.partition("?")[0], Reply(404, b"<html>not here</html>"))

    @property
    def settings(self) -> dict[str, str]:
        """The settings with which the app uses this server as Reddit and as GitHub."""
        return {
            "REDDIT_BASE_URL": self.url,
            "GITHUB_API_URL": self.url,
            "GITHUB_REPOSITORY": REPOSITORY_NAME,
            "GITHUB_TOKEN": TOKEN,
        }


@contextmanager
def outside_world() -> Generator[OutsideWorld]:
    """Serve on a free port."""
    world = OutsideWorld()

    class Handler(_Handler):
        answers = world

    with serving(Handler) as world.url:
        yield world


class _Handler(QuietHandler):
    answers: OutsideWorld

    def reply(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        chosen = self.answers.reply_to(Sent(self.command, self.path, headers, self.read_body()))
        try:
            self._send(chosen)
        except (BrokenPipeError, ConnectionResetError):
            # The client has closed the connection, which some tests are about.
            self.close_connection = True

    def _send(self, reply: Reply) -> None:
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if isinstance(reply.body, bytes) and not reply.is_held:
            self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        for piece in [reply.body] if isinstance(reply.body, bytes) else reply.body:
            self.wfile.write(piece)
        if reply.is_held:
            # Returns when the client closes the connection.
            self.connection.recv(1)


def post_page(**changes: object) -> list[object]:
    """Return a post's page as Reddit has it: many more fields than are read, and the comments."""
    post = {
        "id": POST_ID,
        "name": f"t3_{POST_ID}",
        "subreddit": SUBREDDIT,
        "subreddit_subscribers": 1234,
        "title": "The Lamp & the Sea",
        "selftext": 'Mira found a lamp on the beach.\n\n"Who are you?" she asked.',
        "selftext_html": "<p>RAW: Mira found a lamp</p>",
        "author": "lighthouse_keeper",
        "author_fullname": "t2_RAW",
        "removed_by_category": None,
        "is_self": True,
        "permalink": f"{POST_PATH}/the_lamp/",
        "url": f"https://www.reddit.com{POST_PATH}/the_lamp/",
        "over_18": False,
        **changes,
    }
    comment = {"kind": "t1", "data": {"id": "c1", "body": "A RAW comment.", "author": "somebody"}}
    return [
        {"kind": "Listing", "data": {"after": None, "dist": 1, "children": [{"kind": "t3", "data": post}]}},
        {"kind": "Listing", "data": {"after": None, "dist": None, "children": [comment]}},
    ]
