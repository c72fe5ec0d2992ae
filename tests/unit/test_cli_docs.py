"""docs/cli.md matches the command line."""

import inspect
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from client import ClientError, MangaClient
from client.cli import main

DOCS = (Path(__file__).resolve().parents[2] / "docs/cli.md").read_text()
COMMANDS = re.findall(r"^### (.+)$", DOCS, re.MULTILINE)

type HelpOf = Callable[..., str]


def blocks(beginning: str) -> list[str]:
    return re.findall(rf"^```text\n({re.escape(beginning)}.*?)^```$", DOCS, re.DOTALL | re.MULTILINE)


def rows(heading: str) -> list[list[str]]:
    (table,) = re.findall(rf"^\| {heading} \|.*\n\|[- |]*\|\n((?:\|.*\n)+)", DOCS, re.MULTILINE)
    return [[cell.strip() for cell in row.strip("|").split(" | ")] for row in table.splitlines()]


def names_in(heading: str) -> set[str]:
    return set(re.findall(r"`([A-Za-z_]+)(?:\(|`)", "\n".join(row[0] for row in rows(heading))))


@pytest.fixture
def help_of(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> HelpOf:
    """Return the help of a command, or of all."""

    def printed(*command: str, columns: int = 100) -> str:
        monkeypatch.setenv("COLUMNS", str(columns))
        with pytest.raises(SystemExit):
            main([*command, "--help"], {})
        return capsys.readouterr().out

    return printed


def test_help_is_documented(help_of: HelpOf) -> None:
    assert blocks("$ python -m client --help\n") == [f"$ python -m client --help\n{help_of()}"]


def test_every_command_has_a_section_with_its_usage(help_of: HelpOf) -> None:
    assert len(COMMANDS) >= 8
    assert re.findall(r"^    ([a-z]+)  ", help_of(), re.MULTILINE) == COMMANDS
    usages = [help_of(command).partition("\n\n")[0] for command in COMMANDS]
    assert blocks("python -m client") == [f"{usage[7:]}\n".replace("\n       ", "\n") for usage in usages]


def test_every_argument_is_documented(help_of: HelpOf) -> None:
    printed: set[tuple[str, str]] = set()
    for command in COMMANDS:
        unwrapped = re.sub(r"\n {10,}", "  ", help_of(command, columns=1000))
        printed |= set(re.findall(r"^  (\S.*?) {2,}(.+)$", unwrapped, re.MULTILINE))

    documented = {(row[0].strip("`"), row[1].replace("`", "")) for row in rows("Argument")}
    assert documented == printed - {("-h, --help", "show this help message and exit")}


def test_every_method_is_documented() -> None:
    public = {name for name, _ in inspect.getmembers(MangaClient, inspect.isfunction) if not name.startswith("_")}
    not_for_users = {"aclose", "starting", "following"}

    assert names_in("Method of `MangaClient`") == public - not_for_users


def test_every_error_is_documented() -> None:
    def below(error: type[ClientError]) -> set[str]:
        return {name for each in error.__subclasses__() for name in {each.__name__, *below(each)}}

    assert names_in("Error") == below(ClientError)
