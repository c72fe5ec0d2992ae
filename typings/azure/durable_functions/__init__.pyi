# The part of azure-functions-durable 1.7 that this project uses. The package has few types of its own.
from collections.abc import Callable, Sequence
from datetime import datetime
from enum import Enum

from azure.functions import AuthLevel, FunctionRegister, HttpMethod, Function
from azure.functions.decorators.function_app import FunctionBuilder

class OrchestrationRuntimeStatus(Enum):
    Running = "Running"
    Completed = "Completed"
    ContinuedAsNew = "ContinuedAsNew"
    Failed = "Failed"
    Canceled = "Canceled"
    Terminated = "Terminated"
    Pending = "Pending"
    Suspended = "Suspended"

class DurableOrchestrationStatus:
    @property
    def instance_id(self) -> str | None: ...
    @property
    def created_time(self) -> datetime | None: ...
    @property
    def last_updated_time(self) -> datetime | None: ...
    @property
    def runtime_status(self) -> OrchestrationRuntimeStatus | None: ...
    @property
    def custom_status(self) -> object: ...
    @property
    def output(self) -> object: ...

class _DurableOrchestrationBindings:
    @property
    def rpc_base_url(self) -> str | None: ...

class DurableOrchestrationClient:
    _orchestration_bindings: _DurableOrchestrationBindings
    def __init__(self, context: str) -> None: ...
    async def start_new(
        self, orchestration_function_name: str, instance_id: str | None = None, client_input: object = None
    ) -> str: ...
    async def get_status(self, instance_id: str) -> DurableOrchestrationStatus: ...
    async def get_status_by(
        self,
        created_time_from: datetime | None = None,
        created_time_to: datetime | None = None,
        runtime_status: Sequence[OrchestrationRuntimeStatus] | None = None,
        instance_id_prefix: str | None = None,
    ) -> Sequence[DurableOrchestrationStatus]: ...

    async def raise_event(self, instance_id: str, event_name: str, event_data: object = None) -> None: ...
    async def terminate(self, instance_id: str, reason: str) -> None: ...
    async def purge_instance_history(self, instance_id: str) -> object: ...

class RetryOptions:
    def __init__(self, first_retry_interval_in_milliseconds: int, max_number_of_attempts: int) -> None: ...

class DurableOrchestrationContext: ...

class Orchestrator:
    @staticmethod
    def create(fn: Callable[..., object]) -> Callable[[object], str]: ...

class Blueprint:
    def function_name(self, name: str) -> Callable[..., FunctionBuilder]: ...
    def orchestration_trigger(
        self, context_name: str, orchestration: str | None = None
    ) -> Callable[..., FunctionBuilder]: ...
    def activity_trigger(self, input_name: str, activity: str | None = None) -> Callable[..., FunctionBuilder]: ...
    def route(
        self,
        route: str | None = None,
        trigger_arg_name: str = "req",
        binding_arg_name: str = "$return",
        methods: Sequence[HttpMethod | str] | None = None,
        auth_level: AuthLevel | str | None = None,
    ) -> Callable[..., FunctionBuilder]: ...
    def timer_trigger(
        self, arg_name: str, schedule: str, run_on_startup: bool | None = None, use_monitor: bool | None = None
    ) -> Callable[..., FunctionBuilder]: ...
    def warm_up_trigger(self, arg_name: str) -> Callable[..., FunctionBuilder]: ...
    def durable_client_input(
        self, client_name: str, task_hub: str | None = None, connection_name: str | None = None
    ) -> Callable[..., FunctionBuilder]: ...

class DFApp(Blueprint, FunctionRegister):
    def __init__(self, http_auth_level: AuthLevel | str = ...) -> None: ...
    def register_functions(self, function_container: Blueprint) -> None: ...
    def get_functions(self) -> list[Function]: ...
