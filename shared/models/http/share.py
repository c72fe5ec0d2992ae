"""Sharing a comic: the body of the request, and the link that answers it."""

from datetime import datetime
from typing import Annotated

from pydantic import Field, StrictInt

from shared.models.base import WireModel


class ShareRequest(WireModel):
    """Body of `POST /api/generations/{id}/share`: for how many days, at most the retention. The default is 30."""

    days: Annotated[StrictInt, Field(ge=1, le=3650)] | None = None


class ShareLink(WireModel):
    """The address of the shared comic in this app, and when it ends, in UTC."""

    url: str
    expires: datetime
