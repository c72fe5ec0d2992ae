"""The media types of what is no JSON."""

from api.export.comic.comic import MEDIA_TYPES
from api.openapi.operation import Content, Data, Lines
from shared.ndjson import MEDIA_TYPE

# OpenAPI 3.1: raw bytes are described by their media type alone.
BYTES = Data({})
STREAM: dict[str, Content] = {MEDIA_TYPE: Lines()}
IMAGE: dict[str, Content] = {"image/png": BYTES, "image/jpeg": BYTES, "image/webp": BYTES}
EXPORT: dict[str, Content] = dict.fromkeys(MEDIA_TYPES.values(), BYTES)
PAGE: dict[str, Content] = {"text/html": Data({"type": "string"})}
DOCUMENT: dict[str, Content] = {"application/json": Data({"type": "object"})}
