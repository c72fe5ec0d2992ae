"""The hosts of the engine's tests, of which these start their own."""

from tests.tools.engine.conftest import host, own_host

__all__ = ["host", "own_host"]
