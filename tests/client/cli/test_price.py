"""`generate` shows what a comic will cost, and asks before it spends more than the user has agreed to."""

import io
import re

import pytest

from tests.client.cli.command_line import Command
from tests.client.cli.test_commands import ESTIMATE
from tests.client.comics import whole_comic
from tests.client.scripted_app import FREE, ScriptedApp, json_turn, refusal

SHOWN = "About 3 panels, about 1 minute, about $0.42 (at most $1.39)."
UNPRICED = ESTIMATE | {"price": None}


class Terminal(io.StringIO):
    """Standard input of somebody who types."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def priced_app(app: ScriptedApp) -> ScriptedApp:
    app.messages = whole_comic()
    app.estimates.append(json_turn(ESTIMATE))
    return app


async def test_likely_number_of_panels_is_shown_as_a_range(app: ScriptedApp, command: Command) -> None:
    app.messages = whole_comic()
    app.estimates.append(json_turn(ESTIMATE | {"likelyPanels": {"min": 8, "max": 12}}))

    ran = await command("generate", "story.txt", "--url", app.url, "--yes")

    assert ran.out.startswith("8 to 12 panels, about 1 minute, about $0.42 (at most $1.39).\n")


@pytest.mark.parametrize("options", [["--yes"], ["--max-price", "1.39"], ["--max-price", "2", "--yes"]], ids=str)
async def test_agreed_price_is_shown_and_paid_without_a_question(
    priced_app: ScriptedApp, command: Command, options: list[str]
) -> None:
    ran = await command("generate", "story.txt", "--url", priced_app.url, *options)

    assert (ran.status, ran.err) == (0, "")
    assert ran.out.startswith(f"{SHOWN}\n")
    assert len(priced_app.stream_calls()) == 1


@pytest.mark.parametrize("options", [[], ["--max-price", "1.38"], ["--max-price", "0"]], ids=str)
async def test_nothing_is_started_in_a_pipe_without_agreement(
    priced_app: ScriptedApp, command: Command, options: list[str]
) -> None:
    ran = await command("generate", "story.txt", "--url", priced_app.url, *options)

    assert ran.status == 2
    assert SHOWN in ran.out
    assert ran.err.startswith("Nothing was started.")
    assert "--max-price 1.39" in ran.err
    assert "--yes" in ran.err
    assert priced_app.stream_calls() == []


async def test_limit_that_the_advice_names_covers_the_price(app: ScriptedApp, command: Command) -> None:
    app.messages = whole_comic()
    price = {"min": 0.281, "expected": 0.421, "max": 1.391}
    app.estimates.extend([json_turn(ESTIMATE | {"price": price})] * 2)

    refused = await command("generate", "story.txt", "--url", app.url)
    (limit,) = re.findall(r"--max-price [0-9.]+", refused.err)
    agreed = await command("generate", "story.txt", "--url", app.url, *limit.split())

    assert (refused.status, agreed.status) == (2, 0)


@pytest.mark.parametrize(
    ("answer", "status", "starts"), [("y\n", 0, 1), ("YES\n", 0, 1), ("\n", 1, 0), ("n\n", 1, 0), ("", 1, 0)]
)
async def test_terminal_is_asked(
    priced_app: ScriptedApp, command: Command, monkeypatch: pytest.MonkeyPatch, answer: str, status: int, starts: int
) -> None:
    monkeypatch.setattr("sys.stdin", Terminal(answer))

    ran = await command("generate", "story.txt", "--url", priced_app.url, "--max-price", "0.50")

    assert ran.status == status
    assert ran.out.startswith(f"{SHOWN}\nDraw it? [y/N] ")
    assert ran.err == ("Nothing was started.\n" if status else "")
    assert len(priced_app.stream_calls()) == starts


async def test_unknown_price_needs_agreement_to_any_price(app: ScriptedApp, command: Command) -> None:
    app.messages = whole_comic()
    app.estimates.extend([json_turn(UNPRICED), json_turn(UNPRICED)])

    refused = await command("generate", "story.txt", "--url", app.url, "--max-price", "100")
    agreed = await command("generate", "story.txt", "--url", app.url, "--yes")

    assert (refused.status, agreed.status) == (2, 0)
    assert "The app knows no price for its models." in refused.out
    assert "Add --yes" in refused.err
    assert len(app.stream_calls()) == 1


async def test_free_comic_needs_no_agreement(app: ScriptedApp, command: Command) -> None:
    app.messages = whole_comic()
    app.estimates.append(json_turn(FREE))

    ran = await command("generate", "story.txt", "--url", app.url)

    assert ran.status == 0
    assert "free: test pictures" in ran.out


async def test_app_that_gives_no_estimate_starts_nothing(app: ScriptedApp, command: Command) -> None:
    app.estimates.append(refusal(400))

    ran = await command("generate", "story.txt", "--url", app.url, "--yes")

    assert ran.status == 1
    assert ran.err.endswith("Nothing was started.\n")
    assert app.stream_calls() == []


async def test_interrupted_question_starts_nothing(
    priced_app: ScriptedApp, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(_question: str) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr("sys.stdin", Terminal())
    monkeypatch.setattr("builtins.input", interrupt)

    ran = await command("generate", "story.txt", "--url", priced_app.url)

    assert (ran.status, ran.err) == (130, "\nInterrupted. Nothing was started.\n")
    assert priced_app.stream_calls() == []


@pytest.mark.parametrize("price", ["-1", "nan", "inf", "a lot", ""])
async def test_price_that_is_no_amount_is_refused(app: ScriptedApp, command: Command, price: str) -> None:
    ran = await command("generate", "story.txt", "--url", app.url, f"--max-price={price}")

    assert ran.status == 2
    assert "is not a price in US dollars" in ran.err
    assert app.calls == []
