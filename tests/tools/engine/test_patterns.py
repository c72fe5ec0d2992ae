"""Every durable pattern with the real SDK, also with the host killed in the middle."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.waiting import wait_until
from tests.tools.engine.host_process import HostProcess
from tests.tools.engine.patterns import PATTERNS, Pattern, assert_pattern_done, start_pattern

_BY_NAME = pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: pattern.name)


@_BY_NAME
def test_pattern_completes(host: HostProcess, pattern: Pattern) -> None:
    instance_id = f"plain-{pattern.name}"
    start_pattern(host, pattern, instance_id)
    assert_pattern_done(host, pattern, instance_id)


@pytest.fixture(scope="module", params=[4, 12, 20], ids=lambda count: f"after-{count}-activities")
def killed_host(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[HostProcess]:
    """A host that ran all patterns at once, was killed when so many activities had begun, and was started again."""
    folder: Path = tmp_path_factory.mktemp("killed")
    host = HostProcess(folder).start(SLOW_S="0.3")
    for pattern in PATTERNS:
        start_pattern(host, pattern, f"killed-{pattern.name}")
    wait_until(lambda: host.notes().total() >= request.param, f"{request.param} activities to begin")
    host.kill()
    host.start()
    yield host
    host.kill()


@_BY_NAME
def test_pattern_completes_after_a_kill(killed_host: HostProcess, pattern: Pattern) -> None:
    assert_pattern_done(killed_host, pattern, f"killed-{pattern.name}")
