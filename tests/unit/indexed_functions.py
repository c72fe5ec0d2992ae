"""The functions of the app as the worker indexes them."""

from functools import cache

from azure.functions.decorators.function_app import Function

import function_app


@cache
def indexed_functions() -> tuple[Function, ...]:
    """Return them. The SDK gives them out once in a process."""
    return tuple(function_app.app.get_functions())
