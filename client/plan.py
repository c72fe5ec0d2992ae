"""The plan of a generation, as clients read and edit it."""

from typing import Self

import httpx
from pydantic import JsonValue

from client.calls import read
from client.errors import ProtocolBroken
from shared.models.base import WireModel
from shared.models.story import Plan


class VersionedPlan(WireModel):
    """A plan and its version, which says which plan an edit is based on."""

    version: str
    plan: Plan

    @classmethod
    def of(cls, response: httpx.Response) -> Self:
        """Return the plan that was answered.

        Raises:
            ProtocolBroken: the answer is no plan.
        """
        version = response.headers.get("etag", "").removeprefix("W/").strip('"')
        if not version:
            raise ProtocolBroken(f"{response.request.url} does not answer as this app does.")
        return cls(version=version, plan=read(response, Plan))


class PlanFile(WireModel):
    """A plan in a file that a user edits. The app checks the plan, so its parts are not read here."""

    version: str
    analysis: JsonValue
    chunks: JsonValue

    @property
    def body(self) -> dict[str, JsonValue]:
        """What the app is sent."""
        return {"analysis": self.analysis, "chunks": self.chunks}
