"""The recorded episodes of the real host, replayed through the SDK with our code."""

import json
from collections.abc import Callable

import azure.durable_functions as df
import pytest

from orchestrators.manga import run_manga
from orchestrators.step import run_step
from tests.recordings import probes
from tests.recordings.recordings import Json, episodes

ORCHESTRATORS: dict[str, Callable[..., object]] = {
    "app-manga": run_manga,
    "app-step-analysis": run_step,
    "probe-catch_on": probes.catch_on,
    "probe-children": probes.children,
    "probe-timers": probes.timers,
}
EPISODES = [(name, number) for name in ORCHESTRATORS for number in range(len(episodes(name)))]


class Body:
    """The context that the worker passes to an orchestration trigger."""

    def __init__(self, given: Json) -> None:
        self.body = json.dumps(given)


@pytest.mark.parametrize(("name", "number"), EPISODES, ids=[f"{name}-{number}" for name, number in EPISODES])
def test_recorded_episode_gets_the_recorded_answer(name: str, number: int) -> None:
    episode = episodes(name)[number]

    answered = json.loads(df.Orchestrator.create(ORCHESTRATORS[name])(Body(episode.given)))

    assert answered == episode.answered
