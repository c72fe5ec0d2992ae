"""The administrator's view of the running app, over HTTP and by the command line."""

import pytest

from client import MangaClient
from client.cli import main
from tests.support.running_app import BLOCKED_PANEL, RunningApp


async def test_list_and_metrics_include_a_new_generation(app: RunningApp) -> None:
    app.emulator.fail(BLOCKED_PANEL)
    generation = app.generate().generation_id

    async with MangaClient(app.url) as client:
        metrics = await client.admin_metrics(1)
        page = await client.admin_generations(limit=100)
        listed = list(page.generations)
        while page.next_token is not None:
            page = await client.admin_generations(limit=100, token=page.next_token)
            listed += page.generations

    (shown,) = [each for each in listed if each.id == generation]
    assert (shown.status, shown.panels.failed) == ("completed", 1)
    assert [(failure.step, failure.index, failure.code) for failure in shown.failures] == [
        ("panel", 0, "content-blocked")
    ]
    assert metrics.generations.incomplete >= 1
    assert metrics.errors_by_type["content-blocked"] >= 1
    assert metrics.time_to_first_panel.count >= 1
    assert metrics.total_time.count >= 1


async def test_unknown_page_token_finds_nothing(app: RunningApp) -> None:
    app.generate()
    async with MangaClient(app.url) as client:
        page = await client.admin_generations(token="not-one")  # noqa: S106 - a place in a list

    assert (page.generations, page.next_token) == ((), None)


def test_command_line_shows_list_and_metrics(app: RunningApp, capsys: pytest.CaptureFixture[str]) -> None:
    generation = app.generate().generation_id

    assert main(["admin", "generations", "--limit", "100", "--url", app.url], {}) == 0
    listed = capsys.readouterr().out
    assert main(["admin", "metrics", "--url", app.url], {}) == 0
    metrics = capsys.readouterr().out

    assert generation in listed or "more: --token" in listed
    assert "completion rate: " in metrics
    assert "time to the first panel: " in metrics
