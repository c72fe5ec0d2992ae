"""Words that the app sets, on the command line: saved, edited, translated and exported."""

import json
from pathlib import Path

import pytest

from tests.client.cli.command_line import Command
from tests.client.cli.test_commands import STATE
from tests.client.comics import GENERATION_ID
from tests.client.scripted_app import PDF_FILE, ScriptedApp, Turn, json_turn, refusal

PLACE = {"x": 0.1, "y": 0.1, "width": 0.3, "height": 0.2}


def set_text(words: str, *, by_hand: bool) -> dict[str, object]:
    return {
        "kind": "dialogue",
        "speaker": "Mira",
        "text": words,
        "place": PLACE,
        "fontSize": 0.03,
        "lines": [{"text": words, "x": 0.25, "y": 0.2, "length": 0.2}],
        "isPlacedByHand": by_hand,
    }


def lettering(language: str = "en") -> dict[str, object]:
    panel = {"language": language, "direction": "ltr", "isVertical": False, "version": 1, "aspect": 1.5}
    return {
        "lettering": "text",
        "language": language,
        "title": "The Lamp",
        "languages": [{"language": "en", "status": "done"}],
        "panels": [
            {**panel, "panel": 0, "texts": [set_text("Hello?", by_hand=False)]},
            {**panel, "panel": 1, "texts": [set_text("Who are you?", by_hand=True)]},
        ],
    }


def languages(status: str) -> dict[str, object]:
    return {"languages": [{"language": "en", "status": "done"}, {"language": "ja", "status": status}]}


async def test_start_asks_for_words_in_a_language(app: ScriptedApp, command: Command) -> None:
    ran = await command("estimate", "story.txt", "--lettering", "text", "--language", "PT-br", "--url", app.url)

    assert ran.status == 0
    sent = json.loads(app.calls[0].body)
    assert (sent["lettering"], sent["language"]) == ("text", "pt-BR")


async def test_start_in_no_language_is_refused_before_anything_is_sent(app: ScriptedApp, command: Command) -> None:
    ran = await command("generate", "story.txt", "--language", "English!", "--yes", "--url", app.url)

    assert ran.status == 2
    assert "names no language" in ran.err
    assert app.calls == []


async def test_words_are_saved_without_the_places_that_the_app_chose_and_given_back(
    app: ScriptedApp, command: Command, tmp_path: Path
) -> None:
    app.looks.append(json_turn(lettering()))
    saved = await command("lettering", GENERATION_ID, "--url", app.url)
    path = tmp_path / "out" / GENERATION_ID / "lettering-en.json"
    assert saved.out == f"saved: {path.relative_to(tmp_path)}\n"
    first = [{"kind": "dialogue", "speaker": "Mira", "text": "Hello?"}]
    second = [{"kind": "dialogue", "speaker": "Mira", "text": "Who are you?", "place": PLACE}]
    assert json.loads(path.read_bytes()) == {"language": "en", "panels": [first, second]}

    app.changes += [json_turn(panel) for panel in json.loads(json.dumps(lettering()["panels"]))]
    put = await command("lettering", GENERATION_ID, "--put", str(path), "--url", app.url)

    assert put.status == 0
    edits = [call for call in app.calls if call.method == "PUT"]
    assert [call.path.partition("/panels/")[2] for call in edits] == ["0/lettering", "1/lettering"]
    assert [call.query for call in edits] == [{"lang": "en"}] * 2
    assert [json.loads(call.body) for call in edits] == [{"texts": first}, {"texts": second}]


async def test_translation_is_awaited(app: ScriptedApp, command: Command) -> None:
    app.changes.append(json_turn(languages("running")))
    app.looks += [json_turn(STATE | languages("running")), json_turn(STATE | languages("done"))]

    ran = await command("translate", GENERATION_ID, "ja", "--url", app.url)

    assert (ran.status, ran.err) == (0, "")
    assert f"python -m client export {GENERATION_ID} --lang ja --url {app.url}" in ran.out
    assert app.other_calls() == ["POST /lettering", "GET", "GET"]


async def test_failed_translation_says_how_to_repeat_it(app: ScriptedApp, command: Command) -> None:
    app.changes.append(json_turn(languages("failed")))

    ran = await command("translate", GENERATION_ID, "ja", "--url", app.url)

    assert ran.status == 1
    assert ran.err.startswith("The texts could not be translated.")
    assert f"python -m client translate {GENERATION_ID} ja --url {app.url}" in ran.err


async def test_words_that_the_model_has_drawn_cannot_be_translated(app: ScriptedApp, command: Command) -> None:
    app.changes.append(refusal(409, '{"error": "The model has drawn the words.", "code": "lettering-is-drawn"}'))

    ran = await command("translate", GENERATION_ID, "ja", "--url", app.url)

    assert ran.status == 1
    assert "The model has drawn the words." in ran.err


async def test_export_is_asked_for_in_a_language(app: ScriptedApp, command: Command) -> None:
    app.exports.append(PDF_FILE)

    ran = await command("export", GENERATION_ID, "--lang", "ja", "--url", app.url)

    assert ran.status == 0
    assert app.calls[-1].query == {"format": "pdf", "lang": "ja"}


async def test_status_lists_the_languages(app: ScriptedApp, command: Command) -> None:
    app.state = json.dumps(STATE | languages("running"))

    ran = await command("status", GENERATION_ID, "--url", app.url)

    assert "  languages: en, ja (running)\n" in ran.out


@pytest.mark.parametrize(
    ("export_format", "begins", "name"),
    [("epub", b"PK", "comic.epub"), ("webtoon", b"PK", "comic-webtoon.zip"), ("json", b"{", "comic.json")],
)
async def test_formats_are_saved_under_their_own_names(
    app: ScriptedApp, command: Command, tmp_path: Path, export_format: str, begins: bytes, name: str
) -> None:
    app.exports.append(Turn(begins + b"...", headers={"Content-Type": "application/octet-stream"}))

    ran = await command("export", GENERATION_ID, "--format", export_format, "--url", app.url)

    assert ran.status == 0
    assert (tmp_path / "out" / GENERATION_ID / name).read_bytes().startswith(begins)
