"""Texts over pictures over HTTP: read in a language, edited by hand, and what that does not cost."""

import httpx
import pytest

from tests.support.contract_check import JsonObject
from tests.support.running_app import PATIENCE_S, UNKNOWN_ID, Received, RunningApp, broken_fields, refusal
from tests.support.waiting import wait_until

CORNER: JsonObject = {"x": 0.05, "y": 0.6, "width": 0.45, "height": 0.35}
MINE: JsonObject = {"kind": "dialogue", "text": "Gone!", "place": CORNER}


@pytest.fixture(scope="module")
def comic(session_app: RunningApp) -> Received:
    """A complete comic whose lettering is text."""
    session_app.emulator.reset()
    return session_app.generate(lettering="text")


def path(generation_id: str, index: int = 0) -> str:
    return f"/api/generations/{generation_id}/panels/{index}/lettering"


def put(
    app: RunningApp, generation_id: str, *texts: JsonObject, etag: str | None = None, index: int = 0
) -> httpx.Response:
    headers = {} if etag is None else {"If-Match": etag}
    return app.http.put(path(generation_id, index), json={"texts": list(texts)}, headers=headers)


def test_texts_of_all_panels_are_those_of_the_plan(app: RunningApp, comic: Received) -> None:
    plan = app.http.get(f"/api/generations/{comic.generation_id}/plan").json()
    answer = app.http.get(app.state(comic.generation_id)["links"]["lettering"])

    found = answer.json()
    assert (found["lettering"], found["language"], found["title"]) == ("text", "en", plan["analysis"]["title"])
    assert found["languages"] == [{"language": "en", "status": "done"}]
    assert [[text["text"] for text in panel["texts"]] for panel in found["panels"]] == [
        [text["text"] for text in panel["texts"]] for panel in plan["chunks"]["panels"]
    ]
    assert any(panel["texts"] for panel in found["panels"])
    assert all(panel["version"] == 1 for panel in found["panels"])
    assert app.http.get(answer.url, headers={"If-None-Match": answer.headers["etag"]}).status_code == 304


def test_edit_is_free_and_can_be_repeated(app: RunningApp, comic: Received) -> None:
    before = app.http.get(path(comic.generation_id, 1))

    edited = put(app, comic.generation_id, MINE, etag=before.headers["etag"], index=1)
    again = put(app, comic.generation_id, MINE, etag=before.headers["etag"], index=1)

    assert (edited.status_code, again.status_code) == (200, 200)
    assert (edited.content, edited.headers["etag"]) == (again.content, again.headers["etag"])
    (text,) = edited.json()["texts"]
    assert (text["text"], text["place"], text["isPlacedByHand"]) == ("Gone!", CORNER, True)
    read = app.http.get(path(comic.generation_id, 1), headers={"If-None-Match": edited.headers["etag"]})
    assert read.status_code == 304
    assert app.emulator.of() == []


def test_edit_of_another_version_is_refused(app: RunningApp, comic: Received) -> None:
    stale = app.http.get(path(comic.generation_id)).headers["etag"]
    current = put(app, comic.generation_id, MINE)

    refusal(put(app, comic.generation_id, etag=stale), 412, "lettering-changed")

    assert app.http.get(path(comic.generation_id)).content == current.content


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ({"kind": "song"}, "texts[0].kind"),
        ({"text": " "}, "texts[0].text"),
        ({"text": "a" * 301}, "texts[0].text"),
        ({"speaker": "Nobody At All"}, "texts[0].speaker"),
        ({"place": {**CORNER, "x": "left"}}, "texts[0].place.x"),
        ({"place": {**CORNER, "width": 0}}, "texts[0].place.width"),
        ({"place": {**CORNER, "y": 0.9}}, "texts[0].place"),
        ({"place": {**CORNER, "width": 0.01}}, "texts[0].place"),
    ],
)
def test_broken_texts_are_named(app: RunningApp, comic: Received, text: JsonObject, field: str) -> None:
    assert broken_fields(put(app, comic.generation_id, {**MINE, **text})) == [field]


def test_places_that_overlap_are_named(app: RunningApp, comic: Received) -> None:
    assert broken_fields(put(app, comic.generation_id, MINE, MINE)) == ["texts[1].place"]


def test_missing_languages_panels_and_generations_are_not_found(app: RunningApp, comic: Received) -> None:
    missing = refusal(app.http.get(path(comic.generation_id), params={"lang": "ko"}), 404, "not-found")

    assert f"POST /api/generations/{comic.generation_id}/lettering" in missing["error"]
    refusal(app.http.get(path(comic.generation_id, 99)), 404, "not-found")
    refusal(app.http.get(path(UNKNOWN_ID)), 404, "not-found")
    assert broken_fields(app.http.get(path(comic.generation_id), params={"lang": "not a tag"})) == ["lang"]


def test_drawn_lettering_has_no_texts(app: RunningApp) -> None:
    drawn = app.generate()

    refusal(app.http.get(f"/api/generations/{drawn.generation_id}/lettering"), 409, "lettering-is-drawn")
    refusal(put(app, drawn.generation_id, MINE), 409, "lettering-is-drawn")
    state = app.state(drawn.generation_id)
    assert (state["lettering"], state["languages"], state["links"]["lettering"]) == ("drawn", [], None)


def test_edited_texts_of_the_plan_outdate_no_picture(app: RunningApp) -> None:
    made = app.generate(lettering="text")
    address = f"/api/generations/{made.generation_id}/plan"
    read = app.http.get(address)
    plan = read.json()
    plan["chunks"]["panels"][0]["texts"] = [{"kind": "narration", "text": "Much later."}]

    edited = app.http.put(address, json=plan, headers={"If-Match": read.headers["etag"]})

    assert edited.status_code == 200, edited.text
    assert edited.json()["chunks"]["panels"][0]["texts"] == [{"kind": "narration", "text": "Much later."}]
    assert all(app.state(made.generation_id)["links"]["images"]["panels"])
    (text,) = app.http.get(path(made.generation_id)).json()["texts"]
    assert (text["kind"], text["text"]) == ("narration", "Much later.")


@pytest.fixture(scope="module")
def address(session_app: RunningApp, comic: Received) -> str:
    """The link of the comic."""
    return str(session_app.http.post(f"/api/generations/{comic.generation_id}/share").json()["url"])


def test_shared_comic_has_its_texts_over_its_pictures(app: RunningApp, comic: Received, address: str) -> None:
    page = app.http.get(address)
    texts = app.http.get(f"/api/generations/{comic.generation_id}/lettering").json()

    lettered = [panel for panel in texts["panels"] if panel["texts"]]
    assert page.text.count('<svg class="lettering"') == len(lettered)
    assert "style=" not in page.text
    assert "style-src 'self';" in page.headers["content-security-policy"]
    assert app.http.get(f"{address}/lettering").json() == texts
    assert app.http.get(f"{address}/lettering/0").json() == texts["panels"][0]
    assert comic.generation_id not in page.text


def test_shared_comic_is_read_in_the_languages_that_are_there(app: RunningApp, comic: Received, address: str) -> None:
    assert (
        app.http.post(f"/api/generations/{comic.generation_id}/lettering", json={"language": "ja"}).status_code == 202
    )
    done = {"language": "ja", "status": "done"}
    wait_until(lambda: done in app.state(comic.generation_id)["languages"], "the translation", PATIENCE_S)

    page = app.http.get(address, params={"lang": "ja"}).text

    assert '<html lang="ja"' in page
    assert 'writing-mode="vertical-rl"' in page
    assert f'href="{address}?lang=en"' in page
    assert f"{address}/export?format=pdf&amp;lang=ja" in page
    for missing in ("ko", "und", "not a tag"):
        for path_below in ("", "/lettering", "/lettering/0"):
            assert app.http.get(f"{address}{path_below}", params={"lang": missing}).status_code == 404
    assert app.http.get(f"{address}/export", params={"format": "png", "lang": "ja"}).status_code == 200


@pytest.mark.parametrize("missing", ["?lang=english!", "?lang=", "?lang=ko", "/-1", "/99", "/0?lang=english!"])
def test_texts_that_a_shared_comic_does_not_have_are_a_missing_page(
    app: RunningApp, address: str, missing: str
) -> None:
    answer = app.http.get(f"{address}/lettering{missing}")

    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")


def test_what_a_text_does_not_have_is_left_out(app: RunningApp, comic: Received) -> None:
    narration: JsonObject = {"kind": "narration", "text": "Much later."}

    (text,) = put(app, comic.generation_id, narration).json()["texts"]

    assert {"speaker", "tail"}.isdisjoint(text)
