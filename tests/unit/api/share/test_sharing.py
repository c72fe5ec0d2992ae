"""Sharing: when a link ends, what is refused, and what a removed generation leaves."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from api.generations.state import read_state
from api.generations.versions import choose_version
from api.share.comic import open_comic, read_comic
from api.share.sharing import end_sharing, share_comic
from shared.deps import Deps
from shared.errors import InvalidInput, MangaError, NotFound, NothingToExport, UnknownGeneration
from shared.models.http.share import ShareLink
from shared.models.ledger import ImageEntry
from shared.names import SHARES
from shared.storage.lifecycle import Lifecycle
from tests.support.fakes.engine import NOW, FakeEngine
from tests.support.fakes.lifecycles import GONE, set_record
from tests.support.fakes.stories import GENERATION, image, ref
from tests.unit.api.drawn_story import LAST_SEQ, ledger
from tests.unit.api.generations.changing import contents, do_delete


@pytest.fixture
def drawn_then(drawn: Deps) -> Callable[[float], Deps]:
    """Return the generation as it is so many days after its end, kept for 100 days."""

    def then(days: float = 0, retention_days: float = 100) -> Deps:
        moment = NOW + timedelta(days=days)
        settings = drawn.settings.model_copy(update={"retention_days": retention_days})
        return replace(drawn, settings=settings, now=moment.timestamp)

    return then


async def share(deps: Deps, engine: FakeEngine, days: int | None = None) -> ShareLink:
    return await share_comic(deps, engine, GENERATION, days)


def token_of(link: ShareLink) -> str:
    return link.url.removeprefix("/c/")


@pytest.mark.parametrize(
    ("now", "retention_days", "days", "expires"),
    [
        (0, 100, None, 30),
        (0, 100, 7, 7),
        (0, 100, 100, 100),
        (0, 7, None, 7),
        (95, 100, None, 100),
        (95, 100, 2, 97),
        (500, 0, None, 530),
        (500, 0, 3650, 4150),
        # It is due, and its removal has not begun.
        (101, 100, None, 131),
    ],
)
async def test_link_ends_after_its_days_or_when_the_comic_is_removed(
    drawn_then: Callable[[float, float], Deps],
    engine: FakeEngine,
    now: float,
    retention_days: float,
    days: int | None,
    expires: float,
) -> None:
    link = await share(drawn_then(now, retention_days), engine, days)

    assert link.expires == NOW + timedelta(days=expires)


async def test_link_of_a_running_generation_ends_no_later_than_its_retention(
    drawn_then: Callable[..., Deps], engine: FakeEngine
) -> None:
    engine.show(GENERATION, ledger(6), "running")

    link = await share(drawn_then(50, 10), engine)

    assert link.expires == NOW + timedelta(days=60)


@pytest.mark.parametrize(("retention_days", "days"), [(7, 8), (0.5, 1)])
async def test_days_after_the_retention_are_refused_by_their_field(
    drawn_then: Callable[..., Deps], engine: FakeEngine, retention_days: float, days: int
) -> None:
    deps = drawn_then(0, retention_days)
    before = await contents(deps)

    with pytest.raises(InvalidInput, match=f"at most {retention_days:g}") as refused:
        await share(deps, engine, days)

    assert [problem.field for problem in refused.value.problems] == ["days"]
    assert await contents(deps) == before


async def test_repeated_request_has_the_same_answer(drawn_then: Callable[..., Deps], engine: FakeEngine) -> None:
    first = await share(drawn_then(), engine)

    assert await share(drawn_then(1), engine) == first
    longer = await share(drawn_then(1), engine, 40)
    assert (longer.url, longer.expires) == (first.url, NOW + timedelta(days=41))
    assert await share(drawn_then(2), engine, 40) == await share(drawn_then(2), engine) == longer


async def test_state_has_the_link_until_it_is_revoked_or_ends(
    drawn_then: Callable[..., Deps], engine: FakeEngine
) -> None:
    async def shown(days: float = 0) -> ShareLink | None:
        return (await read_state(drawn_then(days), engine, GENERATION)).share

    assert await shown() is None
    link = await share(drawn_then(), engine)
    assert await shown(29) == link
    assert await shown(30) is None

    await end_sharing(drawn_then(), engine, GENERATION)
    assert await shown() is None


async def test_comic_without_a_drawn_panel_is_not_shared(drawn: Deps, engine: FakeEngine) -> None:
    engine.show(GENERATION, ledger(4))
    before = await contents(drawn)

    with pytest.raises(NothingToExport):
        await share(drawn, engine)

    assert await contents(drawn) == before


async def test_unknown_generation_is_neither_shared_nor_unshared(deps: Deps, engine: FakeEngine) -> None:
    with pytest.raises(UnknownGeneration):
        await share(deps, engine)
    with pytest.raises(UnknownGeneration):
        await end_sharing(deps, engine, GENERATION)


@pytest.mark.parametrize(("record", "error"), GONE)
async def test_link_of_a_removed_generation_opens_nothing(
    drawn: Deps, engine: FakeEngine, record: Lifecycle, error: type[MangaError]
) -> None:
    link = await share(drawn, engine)
    await set_record(drawn, record)

    with pytest.raises(NotFound):
        await open_comic(drawn, engine, token_of(link))
    with pytest.raises(error):
        await share(drawn, engine)


async def test_deletion_removes_the_share_and_its_pointer(drawn: Deps, engine: FakeEngine) -> None:
    link = await share(drawn, engine)
    await do_delete(drawn, engine)

    assert [name async for name in drawn.blobs.names(SHARES)] == []
    with pytest.raises(NotFound):
        await open_comic(drawn, engine, token_of(link))


async def test_link_opens_the_comic_and_nothing_of_its_story(drawn: Deps, engine: FakeEngine) -> None:
    link = await share(drawn, engine)

    comic = await read_comic(drawn, engine, await open_comic(drawn, engine, token_of(link)))

    assert (comic.title, comic.style, comic.direction) == ("The Harbour", "manga", "rtl")
    assert [panel.version for panel in comic.panels] == [1, 1]
    assert comic.panels[1].text == "Panel 2 of 2. scene 2 Dialogue: Gone!"


async def test_shared_comic_follows_the_chosen_version(drawn: Deps, engine: FakeEngine) -> None:
    await drawn.generations.keep_image(ref("panel", 0, 2), image("yellow"))
    engine.show(GENERATION, ledger(LAST_SEQ, ImageEntry(kind="panel", index=0, version=2)), "completed")
    token = token_of(await share(drawn, engine))
    assert (await open_comic(drawn, engine, token)).versions == {0: 2, 1: 1}

    await choose_version(drawn, engine, GENERATION, "panel", 0, 1)

    assert (await open_comic(drawn, engine, token)).versions == {0: 1, 1: 1}


def test_times_of_links_are_in_whole_seconds(drawn: Deps) -> None:
    assert ShareLink(url="/c/0", expires=datetime.fromisoformat("2026-01-01T00:00:00Z")).model_dump(mode="json") == {
        "url": "/c/0",
        "expires": "2026-01-01T00:00:00Z",
    }
