"""Hosts for tests; the fixtures come from the tests of the engine."""

from tests.tools.engine.conftest import host, own_host

__all__ = ["host", "own_host"]
