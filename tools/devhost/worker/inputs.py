"""The inputs a function gets besides its trigger."""

from collections.abc import Callable

from tools.devhost.functions import DURABLE_CLIENT, Binding, Function
from tools.devhost.worker.protos import ParameterBinding, TypedData

#: Makes the JSON text a durable client binding is given.
type DurableClientBinding = Callable[[Binding], str]


def client_inputs(function: Function, make_client: DurableClientBinding) -> list[ParameterBinding]:
    """One input for each durable client the function declares."""
    return [
        ParameterBinding(binding.name, TypedData(string=make_client(binding)))
        for binding in function.of_type(DURABLE_CLIENT)
    ]
