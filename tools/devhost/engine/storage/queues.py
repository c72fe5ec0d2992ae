"""Queue settings of the Azure Storage provider, and the characters that its queues refuse."""

import json
import re
from dataclasses import dataclass
from typing import cast

#: Characters that XML 1.0 forbids (https://www.w3.org/TR/xml/#charsets). A queue message is XML unless it is Base64.
_FORBIDDEN_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MAX_BACKOFF_S = 600


@dataclass(frozen=True, slots=True)
class QueueSettings:
    """host.json's `storageProvider`, with the platform's defaults.

    A message that a host has taken stays hidden from others for the visibility timeout, unless it is renewed or
    released; that is how long work waits after the host was killed.
    """

    control_visibility_s: float = 300
    work_item_visibility_s: float = 300
    is_base64: bool = False


class MessageRefusedError(Exception):
    """The queue refuses a message."""


def check_message(settings: QueueSettings, *texts: str | None) -> None:
    """Refuse texts (JSON) with characters that XML forbids, unless messages are Base64.

    Raises:
        MessageRefusedError: a text has such a character.
    """
    if settings.is_base64:
        return
    for text in texts:
        if text is not None and _has_forbidden(text):
            raise MessageRefusedError(
                "The queue refuses the message: it has a character that XML forbids. "
                'Set "queueClientMessageEncoding": "Base64" in host.json (extensions.durableTask.storageProvider).'
            )


def backoff_s(dequeues: int) -> int:
    """Return how long a message stays hidden after that many failed attempts.

    Source: `TaskHubQueue.AbandonMessageAsync` in Azure/durabletask.
    """
    return min(2 ** min(dequeues, 30), _MAX_BACKOFF_S)


def _has_forbidden(text: str) -> bool:
    """Look into the JSON, and into JSON texts that are values in it."""
    if _FORBIDDEN_IN_XML.search(text):
        return True
    if "\\" not in text:
        return False
    try:
        value: object = json.loads(text)
    except ValueError:
        return False
    return _value_has_forbidden(value)


def _value_has_forbidden(value: object) -> bool:
    match value:
        case str():
            return _has_forbidden(value)
        case list():
            return any(_value_has_forbidden(item) for item in cast("list[object]", value))
        case dict():
            members = cast("dict[str, object]", value)
            return any(_has_forbidden(key) or _value_has_forbidden(item) for key, item in members.items())
        case _:
            return False
