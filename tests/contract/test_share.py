"""Shared comics over HTTP: one link, read by everybody who has it and by nobody else."""

import asyncio
import re

import httpx
import pytest

from shared.names import SHARES
from tests.support.contract_check import JsonObject
from tests.support.running_app import STORY, UNKNOWN_ID, Received, RunningApp, broken_fields, refusal

INSTRUCTIONS = "with a green umbrella"


@pytest.fixture(scope="module")
def comic(session_app: RunningApp) -> Received:
    """A complete generation whose first panel was drawn again."""
    session_app.emulator.reset()
    made = session_app.generate(headers={"Idempotency-Key": "shared-comic-key"})
    body = {"instructions": INSTRUCTIONS}
    assert session_app.change(made.generation_id, "panels/0/regenerate", body) == 202
    session_app.follow(made.generation_id, after=len(made.results))
    return made


def share_of(app: RunningApp, generation_id: str, body: JsonObject | None = None) -> httpx.Response:
    return app.http.post(f"/api/generations/{generation_id}/share", json=body)


def shared(app: RunningApp, generation_id: str) -> str:
    answer = share_of(app, generation_id)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["url"])


async def shares(app: RunningApp) -> set[str]:
    return {name for name in await app.blobs() if name.startswith(SHARES)}


def below(url: str) -> list[str]:
    """Return all addresses of a shared comic."""
    return [
        url,
        f"{url}/cover.jpg",
        f"{url}/panels/0/2",
        *(f"{url}/export?format={it}" for it in ("pdf", "epub", "cbz", "webtoon", "png")),
    ]


def check_missing(app: RunningApp, url: str) -> str:
    """Check that nothing is found below a link, and return the page that says so."""
    answers = [app.http.get(address) for address in below(url)]
    assert {(answer.status_code, answer.headers["content-type"]) for answer in answers} == {
        (404, "text/html; charset=utf-8")
    }
    assert {answer.headers["cache-control"] for answer in answers} == {"no-store"}
    (page,) = {answer.text for answer in answers}
    return page


def test_link_is_made_once_and_revoked_for_good(app: RunningApp, comic: Received) -> None:
    address = f"/api/generations/{comic.generation_id}/share"
    first = share_of(app, comic.generation_id)
    assert first.status_code == 200
    assert first.headers["cache-control"] == "no-store"
    link = first.json()
    assert re.fullmatch(r"/c/[0-9a-f]{32}", link["url"])
    assert share_of(app, comic.generation_id, {}).json() == link == app.state(comic.generation_id)["share"]

    week = share_of(app, comic.generation_id, {"days": 7}).json()
    assert week["url"] == link["url"]
    assert week["expires"] < link["expires"]
    for days in (0, 31, 1.5, "7", 10**30):
        assert broken_fields(share_of(app, comic.generation_id, {"days": days})) == ["days"]
    assert app.state(comic.generation_id)["share"] == week

    for _ in range(2):
        assert app.http.delete(address).status_code == 204
        assert app.state(comic.generation_id)["share"] is None
        check_missing(app, link["url"])
    assert shared(app, comic.generation_id) != link["url"]
    for answer in (share_of(app, UNKNOWN_ID), app.http.delete(f"/api/generations/{UNKNOWN_ID}/share")):
        refusal(answer, 404, "not-found")


async def test_concurrent_requests_get_one_link(app: RunningApp, comic: Received) -> None:
    address = f"/api/generations/{comic.generation_id}/share"
    app.http.delete(address)
    async with app.client() as client:
        answers = await asyncio.gather(*(client.post(address) for _ in range(8)))

    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1
    assert app.http.get(answers[0].json()["url"]).status_code == 200


def test_page_shows_the_comic_to_readers_and_to_chats(app: RunningApp, comic: Received) -> None:
    url = shared(app, comic.generation_id)
    forwarded = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "manga.example"}
    answer = app.http.get(url, headers=forwarded)
    title = comic.one("analysis")["data"]["title"]

    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert answer.headers["cache-control"] == "private, no-cache"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-robots-tag"] == "noindex"
    assert answer.headers["x-content-type-options"] == "nosniff"
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self';")
    assert "script" not in policy
    assert f'<h1 dir="auto">{title}</h1>' in answer.text
    assert '<html lang="en">' in answer.text
    assert f'content="https://manga.example{url}/cover.jpg"' in answer.text
    assert app.http.get(url, headers={**forwarded, "If-None-Match": answer.headers["etag"]}).status_code == 304

    addresses = re.findall(r'(?:src|href)="(/[^"]+)"', answer.text)
    assert sum("/panels/" in address for address in addresses) == len(comic.of("panel"))
    assert f"{url}/panels/0/2" in addresses
    for each in addresses:
        got = app.http.get(each.replace("&amp;", "&"))
        assert got.status_code == 200, each
        if each.startswith("/c/"):
            assert got.headers["x-robots-tag"] == "noindex"
            assert got.headers["cache-control"].startswith("private, ")
            again = app.http.get(each, headers={"If-None-Match": got.headers["etag"]})
            assert again.status_code == 304


def test_shared_comic_follows_the_chosen_version(app: RunningApp, comic: Received) -> None:
    url = shared(app, comic.generation_id)
    version = f"/api/generations/{comic.generation_id}/panels/0/version"
    assert app.http.get(f"{url}/panels/0/1").status_code == 404

    assert app.http.put(version, json={"version": 1}).status_code == 200
    assert f"{url}/panels/0/1" in app.http.get(url).text
    assert [app.http.get(f"{url}/panels/0/{number}").status_code for number in (1, 2)] == [200, 404]
    assert app.http.put(version, json={"version": 2}).status_code == 200


def test_nothing_but_the_comic_is_found_below_its_link(app: RunningApp, comic: Received) -> None:
    url = shared(app, comic.generation_id)
    answers = [app.http.get(address) for address in below(url)]

    assert {answer.status_code for answer in answers} == {200}
    # A panel's text tells its scene and its dialogue, in words that the model may take from the story.
    hidden = (STORY, INSTRUCTIONS, comic.generation_id, "shared-comic-key")
    for answer in answers:
        told = answer.content + repr(answer.headers).encode()
        assert not [text for text in hidden if text.encode() in told], answer.url
    for path in ("panels/99/1", "panels/0/0", "panels/x/1", "panels/-1/-1"):
        answer = app.http.get(f"{url}/{path}")
        assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8"), path
    assert broken_fields(app.http.get(f"{url}/export?format=zip")) == ["format"]
    assert app.http.post(url).status_code == app.http.delete(url).status_code == 404


async def test_unknown_revoked_and_deleted_links_are_answered_alike(app: RunningApp) -> None:
    # Other modules share comics of this app, too.
    before = await shares(app)
    revoked, deleted = app.generate().generation_id, app.generate().generation_id
    links = [shared(app, revoked), shared(app, deleted)]
    assert app.http.delete(f"/api/generations/{revoked}/share").status_code == 204
    assert app.delete(deleted) == 204
    page = check_missing(app, f"/c/{'0' * 32}")

    for link in (*links, "/c/short", "/c/%C3%A9%22%3E", f"/c/{deleted}"):
        assert check_missing(app, link) == page
    assert await shares(app) == before


def test_generation_without_a_panel_is_not_shared(app: RunningApp) -> None:
    app.emulator.fail({"kind": "panel", "fault": "finish", "reason": "IMAGE_SAFETY"})
    generation_id = app.generate().generation_id

    refusal(share_of(app, generation_id), 409, "nothing-to-export")
    assert app.state(generation_id)["share"] is None
