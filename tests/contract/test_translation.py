"""Languages and translations over HTTP, by the number of calls that the model got."""

import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.support.contract_check import JsonObject
from tests.support.running_app import PATIENCE_S, UNKNOWN_ID, Received, RunningApp, broken_fields, refusal
from tests.support.waiting import wait_until

JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
ENGLISH = {"language": "en", "status": "done"}
FAILING: JsonObject = {"kind": "translation", "fault": "finish", "reason": "SAFETY"}


def calls_by_kind(app: RunningApp) -> Counter[str]:
    return Counter(call["kind"] for call in app.emulator.of())


def translate(app: RunningApp, generation_id: str, language: str = "ja") -> httpx.Response:
    return app.http.post(f"/api/generations/{generation_id}/lettering", json={"language": language})


def languages(app: RunningApp, generation_id: str) -> list[JsonObject]:
    return app.state(generation_id)["languages"]


def wait_for(app: RunningApp, generation_id: str, status: str, language: str = "ja") -> None:
    wanted = {"language": language, "status": status}
    wait_until(lambda: wanted in languages(app, generation_id), f"{language} to be {status}", PATIENCE_S)


@pytest.fixture
def comic(app: RunningApp) -> Received:
    """A comic whose lettering is text; no calls are counted yet."""
    made = app.generate(lettering="text")
    app.emulator.reset()
    return made


def test_lettering_as_text_needs_exactly_the_calls_of_drawn_lettering(app: RunningApp) -> None:
    app.generate()
    drawn = calls_by_kind(app)
    app.emulator.reset()

    app.generate(lettering="text", language="ja")

    assert calls_by_kind(app) == drawn


def test_translation_is_one_call_and_no_picture_is_drawn_again(app: RunningApp, comic: Received) -> None:
    answer = translate(app, comic.generation_id)

    assert answer.status_code == 202, answer.text
    assert answer.json()["languages"][0] == ENGLISH
    assert [each["language"] for each in answer.json()["languages"]] == ["en", "ja"]
    wait_for(app, comic.generation_id, "done")
    assert calls_by_kind(app) == {"translation": 1}
    assert app.follow(comic.generation_id).results == comic.results


def test_repeated_and_concurrent_requests_make_no_further_call(app: RunningApp, comic: Received) -> None:
    def send(_: int) -> httpx.Response:
        return httpx.post(
            f"{app.url}/api/generations/{comic.generation_id}/lettering",
            json={"language": "JA"},
            trust_env=False,
            timeout=PATIENCE_S,
        )

    with ThreadPoolExecutor(6) as pool:
        assert {answer.status_code for answer in pool.map(send, range(12))} == {202}
    wait_for(app, comic.generation_id, "done")
    again = translate(app, comic.generation_id)

    assert again.json() == {"languages": [ENGLISH, {"language": "ja", "status": "done"}]}
    assert calls_by_kind(app) == {"translation": 1}


def test_own_language_costs_nothing(app: RunningApp, comic: Received) -> None:
    answer = translate(app, comic.generation_id, "en")

    assert (answer.status_code, answer.json()) == (202, {"languages": [ENGLISH]})
    assert app.emulator.count() == 0


def test_translation_that_has_failed_is_made_again_on_request(app: RunningApp, comic: Received) -> None:
    app.emulator.fail(FAILING)
    translate(app, comic.generation_id)
    wait_for(app, comic.generation_id, "failed")
    app.emulator.fail()

    assert translate(app, comic.generation_id).status_code == 202
    wait_for(app, comic.generation_id, "done")

    assert calls_by_kind(app) == {"translation": 2}
    assert app.follow(comic.generation_id).results == comic.results


def test_retry_of_a_translation_is_not_in_the_stream(app: RunningApp, comic: Received) -> None:
    app.emulator.fail({"kind": "translation", "calls": [1], "fault": "500"})
    translate(app, comic.generation_id)
    wait_for(app, comic.generation_id, "done")

    assert calls_by_kind(app) == {"translation": 2}
    assert app.follow(comic.generation_id).retries == []


def test_cost_has_the_translation_as_a_part(app: RunningApp, comic: Received) -> None:
    before = app.state(comic.generation_id)["cost"]
    translate(app, comic.generation_id)
    wait_for(app, comic.generation_id, "done")

    cost = app.state(comic.generation_id)["cost"]

    assert before["parts"].get("lettering") is None
    assert cost["parts"]["lettering"]["calls"] == 1
    assert cost["calls"] == before["calls"] + 1
    assert cost["price"] == pytest.approx(sum(part["price"] for part in cost["parts"].values()))


async def test_delete_ends_a_translation_under_way_and_removes_it(app: RunningApp, comic: Received) -> None:
    app.emulator.fail({"kind": "translation", "fault": "hang"})
    translate(app, comic.generation_id)
    wait_until(lambda: app.emulator.count("translation") == 1, "the call", PATIENCE_S)

    assert app.delete(comic.generation_id) == 204

    assert app.runs(comic.generation_id) == []
    left = [name for name in await app.blobs() if name.startswith(f"{comic.generation_id}/")]
    assert left == []
    refusal(translate(app, comic.generation_id), 404, "not-found")


def test_wanted_language_is_that_of_title_and_texts(app: RunningApp) -> None:
    made = app.generate(lettering="text", language="ja")

    analysis = made.one("analysis")["data"]
    assert analysis["language"] == app.state(made.generation_id)["language"] == "ja"
    assert JAPANESE.search(analysis["title"])
    texts = [text for panel in made.one("chunks")["data"]["panels"] for text in panel["texts"]]
    assert texts
    assert all(JAPANESE.search(text["text"]) for text in texts)


def test_drawn_words_are_in_the_wanted_language(app: RunningApp) -> None:
    made = app.generate(language="ja")

    panels = made.one("chunks")["data"]["panels"]
    spoken = [panel["dialogue"] for panel in panels if "dialogue" in panel]
    assert spoken
    assert all(JAPANESE.search(line) for line in spoken)
    assert all(not {"texts", "faces"} & set(panel) for panel in panels)


def test_what_can_not_be_translated_is_refused(app: RunningApp, comic: Received) -> None:
    drawn = app.generate().generation_id
    app.emulator.reset()

    refusal(translate(app, drawn), 409, "lettering-is-drawn")
    refusal(translate(app, UNKNOWN_ID), 404, "not-found")
    assert broken_fields(translate(app, comic.generation_id, "Japanese")) == ["language"]
    assert broken_fields(app.http.post(f"/api/generations/{comic.generation_id}/lettering", json={})) == ["language"]
    assert app.emulator.count() == 0
