"""docs/cli.md matches the command line."""

import inspect
import re
from pathlib import Path

import pytest

from client import ClientError, MangaClient
from client.cli import main

DOCS = (Path(__file__).resolve().parents[2] / "docs/cli.md").read_text()
HELP = re.findall(r"^```text\n\$ python -m client( [a-z]+)? --help\n(.*?)```$", DOCS, re.DOTALL | re.MULTILINE)


def help_of(command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> str:
    monkeypatch.setenv("COLUMNS", "100")
    with pytest.raises(SystemExit):
        main([*command.split(), "--help"], {})
    return capsys.readouterr().out


def public_names(cls: type) -> set[str]:
    return {name for name, _ in inspect.getmembers(cls, inspect.isfunction) if not name.startswith("_")}


def named_in_table(column: str) -> set[str]:
    (table,) = re.findall(rf"^\| {column} \|.*\n(?:\|.*\n)+", DOCS, re.MULTILINE)
    return set(re.findall(r"`([A-Za-z_]+)(?:\(|`)", "\n".join(row.split("|")[1] for row in table.splitlines())))


@pytest.mark.parametrize(("command", "documented"), HELP, ids=[command.strip() or "all" for command, _ in HELP])
def test_documented_help_is_current(
    command: str, documented: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert documented == help_of(command, monkeypatch, capsys)


def test_every_command_has_a_section(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    commands = re.findall(r"^    ([a-z]+)  ", help_of("", monkeypatch, capsys), re.MULTILINE)

    assert len(commands) >= 8
    assert [command.strip() for command, _ in HELP] == ["", *commands]
    assert re.findall(r"^### (.+)$", DOCS, re.MULTILINE) == commands


def test_every_method_is_documented() -> None:
    not_for_users = {"aclose", "starting", "following"}

    assert named_in_table("Method of `MangaClient`") - {"MangaClient"} == public_names(MangaClient) - not_for_users


def test_every_error_is_documented() -> None:
    def below(error: type[ClientError]) -> set[str]:
        return {name for each in error.__subclasses__() for name in {each.__name__, *below(each)}}

    assert named_in_table("Error") == below(ClientError)
