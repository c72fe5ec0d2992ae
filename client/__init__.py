"""A Python client of the app, and a command line on it (`python -m client --help`)."""

from client.errors import ClientError, ConnectionLost, Problem, ProtocolBroken, Refused, Unreachable
from client.manga_client import DEFAULT_URL, MangaClient
from client.pace import Patience
from client.reader import ComingBack, GenerationReader, Line
from client.state import GenerationState

__all__ = [
    "DEFAULT_URL",
    "ClientError",
    "ComingBack",
    "ConnectionLost",
    "GenerationReader",
    "GenerationState",
    "Line",
    "MangaClient",
    "Patience",
    "Problem",
    "ProtocolBroken",
    "Refused",
    "Unreachable",
]
