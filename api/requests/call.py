"""A request as a handler gets it, with everything that is needed to answer it."""

from dataclasses import dataclass

from azurefunctions.extensions.http.fastapi import Request
from pydantic import BaseModel

from api.limits.limits import Limits
from api.requests.parameters import Parameter
from api.streaming.poller import Pollers
from shared.deps import Deps
from shared.ports import Engine


@dataclass(frozen=True, slots=True)
class Call:
    """One call of an endpoint.

    `body_digest` is the digest of the body's JSON. Only a request with an Idempotency-Key has one; else it is empty.
    """

    deps: Deps
    request: Request
    limits: Limits
    pollers: Pollers
    durable_engine: Engine | None = None
    body: BaseModel | None = None
    body_digest: str = ""

    @property
    def engine(self) -> Engine:
        """The engine; only for endpoints with `uses_engine`."""
        if self.durable_engine is None:
            raise RuntimeError("the endpoint is declared without uses_engine")
        return self.durable_engine

    def body_as[Model: BaseModel](self, model: type[Model]) -> Model:
        """Return the body; `model` is the one that the endpoint declares."""
        if not isinstance(self.body, model):
            raise TypeError(f"the endpoint does not declare the body {model.__name__}")
        return self.body

    def read[Value](self, parameter: Parameter[Value]) -> Value:
        """Return the value of a parameter that is required or has a default."""
        return parameter.read(self.request)

    def find[Value](self, parameter: Parameter[Value]) -> Value | None:
        """Return the value of an optional parameter, or None."""
        return parameter.find(self.request)
