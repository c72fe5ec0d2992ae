"""Which post of Reddit is meant, out of what people paste.

Two validated parts are all that goes on: an address is built anew from them, so nothing that was pasted can choose
where a request goes.
"""

import re
from typing import NamedTuple

from shared.errors import FieldProblem, InvalidInput

_LONGEST = 2000
# A path, or the whole link with any of Reddit's host names; behind the id a title, a comment's id and a query.
_ADDRESS = re.compile(
    r"(?:(?:https?://)?(?:[A-Za-z0-9-]{1,20}\.)?reddit\.com)?"
    r"/r/(?P<subreddit>[A-Za-z0-9_]{2,21})/comments/(?P<id>[0-9A-Za-z]{1,13})"
    r"(?:/[^/?#\\@:.]*){0,3}(?:[?#].*)?"
)


class PostAddress(NamedTuple):
    """A post: `subreddit` has 2 to 21 of `A-Z a-z 0-9 _`, `post_id` is a lower-case number to the base 36."""

    subreddit: str
    post_id: str


def parse_post_address(text: str) -> PostAddress:
    """Return the post that a path or a link of Reddit names.

    Raises:
        InvalidInput: naming `path`.
    """
    pasted = text.strip()
    match = _ADDRESS.fullmatch(pasted) if len(pasted) <= _LONGEST and pasted.isprintable() else None
    if match is None:
        problem = FieldProblem(
            "path",
            "It has to be a post's address such as /r/shortstories/comments/abc123. "
            "Of a share link (/s/), open it first and copy the address that it leads to.",
        )
        raise InvalidInput(f"The request was not accepted; correct path. {problem.message}", (problem,))
    return PostAddress(match["subreddit"], match["id"].lower())
