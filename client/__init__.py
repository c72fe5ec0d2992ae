"""Python client of the app, and its command line (`python -m client --help`)."""

from client.errors import ClientError, ConnectionLost, Problem, ProtocolBroken, Refused, Unreachable
from client.export import Direction, ExportedBytes, ExportedFile, ExportFormat
from client.manga_client import DEFAULT_URL, MangaClient
from client.plan import VersionedPlan
from client.reader import GenerationReader, Line
from client.retries import ComingBack, Patience
from client.state import GenerationState, ImageKind

__all__ = [
    "DEFAULT_URL",
    "ClientError",
    "ComingBack",
    "ConnectionLost",
    "Direction",
    "ExportFormat",
    "ExportedBytes",
    "ExportedFile",
    "GenerationReader",
    "GenerationState",
    "ImageKind",
    "Line",
    "MangaClient",
    "Patience",
    "Problem",
    "ProtocolBroken",
    "Refused",
    "Unreachable",
    "VersionedPlan",
]
