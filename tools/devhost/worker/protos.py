"""The messages the worker library exchanges with a host.

On Azure these are protobuf classes. The library (azure-functions-runtime 1.3.0) needs only their constructors and
attributes, so plain classes are enough.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace


class Message:
    """A message with the fields that the library passes to its constructor."""

    def __init__(self, **fields: object) -> None:
        self.__dict__.update(fields)


class RpcException(Message):
    message: str = ""
    stack_trace: str = ""


class StatusResult(Message):
    status: int
    exception: RpcException | None = None

    Failure = 0
    Success = 1


class WorkerInitResponse(Message):
    capabilities: Mapping[str, str]
    result: StatusResult


class RpcFunctionMetadata(Message):
    name: str
    function_id: str
    raw_bindings: Sequence[str]


class FunctionMetadataResponse(Message):
    function_metadata_results: Sequence[RpcFunctionMetadata] | None


class BindingInfo(Message):
    undefined = 0
    out = 1
    inout = 2


#: protobuf names the member "in", which Python cannot spell as an attribute.
setattr(BindingInfo, "in", 0)


class TypedData:
    """A value of at most one type: ``string``, ``json``, ``bytes``, ``http``, ``int`` or ``double``."""

    def __init__(self, **value: object) -> None:
        self.kind: str | None = None
        self.value: object = None
        for self.kind, self.value in value.items():
            setattr(self, self.kind, self.value)

    def WhichOneof(self, _group: str) -> str | None:  # noqa: N802 -- protobuf's name
        return self.kind


@dataclass(slots=True)
class RpcHttp:
    """A classic (not streamed) HTTP request on its way in, or response on its way out."""

    method: str = ""
    url: str = ""
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    params: Mapping[str, str] = field(default_factory=dict[str, str])
    query: Mapping[str, str] = field(default_factory=dict[str, str])
    body: TypedData = field(default_factory=TypedData)
    status_code: str | int | None = None
    cookies: object = None
    enable_content_negotiation: bool = False


@dataclass(slots=True)
class ParameterBinding:
    """A named input or output of an invocation."""

    name: str
    data: TypedData

    def WhichOneof(self, _group: str) -> str:  # noqa: N802 -- protobuf's name
        return "data"


class InvocationResponse(Message):
    result: StatusResult
    return_value: TypedData | None = None
    output_data: Sequence[ParameterBinding] = ()


@dataclass(slots=True)
class TraceContext:
    trace_parent: str = ""
    trace_state: str = ""
    attributes: dict[str, str] = field(default_factory=dict[str, str])


@dataclass(slots=True)
class RetryContext:
    retry_count: int = 0
    max_retry_count: int = 0
    exception: RpcException | None = None


@dataclass(slots=True)
class InvocationRequest:
    invocation_id: str
    function_id: str
    input_data: list[ParameterBinding]
    trigger_metadata: dict[str, object] = field(default_factory=dict[str, object])
    trace_context: TraceContext = field(default_factory=TraceContext)
    retry_context: RetryContext = field(default_factory=RetryContext)


class _SameSite(SimpleNamespace):
    Lax = 1
    Strict = 2
    ExplicitNone = 3


setattr(_SameSite, "None", 0)


class RpcHttpCookie(Message):
    SameSite = _SameSite


#: The namespace handed to the library as its "protos" module.
PROTOS = SimpleNamespace(
    BindingInfo=BindingInfo,
    FunctionEnvironmentReloadResponse=Message,
    FunctionLoadResponse=Message,
    FunctionMetadataResponse=FunctionMetadataResponse,
    InvocationResponse=InvocationResponse,
    NullableBool=Message,
    NullableDouble=Message,
    NullableString=Message,
    NullableTimestamp=Message,
    ParameterBinding=ParameterBinding,
    RpcException=RpcException,
    RpcFunctionMetadata=RpcFunctionMetadata,
    RpcHttp=RpcHttp,
    RpcHttpCookie=RpcHttpCookie,
    RpcRetryOptions=Message,
    StatusResult=StatusResult,
    TypedData=TypedData,
    WorkerInitResponse=WorkerInitResponse,
    WorkerMetadata=Message,
)
