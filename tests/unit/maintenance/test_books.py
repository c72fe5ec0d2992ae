"""The sweep takes out of the books what crashes have left, and nothing else."""

from maintenance.books import sweep_books
from maintenance.budget import Budget
from shared.deps import Deps
from shared.models.stored.chapters import StoredChapter
from shared.names import BOOKS, chapter_blob, text_spending_blob
from shared.storage.books import Books
from shared.storage.lifecycle import Deleted, Ended
from tests.support.fakes.engine import NOW
from tests.support.fakes.lifecycles import set_record
from tests.unit.maintenance.stored import LONG_AFTER, LONG_BEFORE, generation_id

BOOK, LIVING, REMOVED, NEVER_BEGUN = (generation_id(number) for number in range(1, 5))
SPENDING = text_spending_blob(BOOK, BOOK)


async def stored_book(deps: Deps, *chapters: str) -> None:
    for chapter in chapters:
        await Books(deps.blobs).add(chapter, StoredChapter(book=BOOK, number=2, ancestors=(BOOK,)))
    await deps.blobs.create(SPENDING, b'{"micros": 5}', "application/json")
    await set_record(deps, Ended(round=0, at=NOW), LIVING)
    await set_record(deps, Deleted(reason="deleted", at=NOW), REMOVED)


async def left(deps: Deps) -> set[str]:
    return {name async for name in deps.blobs.names(BOOKS)}


async def test_removed_chapters_and_those_that_never_began_are_taken_out(deps: Deps) -> None:
    await stored_book(deps, LIVING, REMOVED, NEVER_BEGUN)

    assert await sweep_books(deps, Budget(100), BOOKS, LONG_AFTER) == 2

    assert await left(deps) == {chapter_blob(BOOK, LIVING), SPENDING}


async def test_book_without_chapters_is_removed(deps: Deps) -> None:
    await stored_book(deps, REMOVED, NEVER_BEGUN)

    assert await sweep_books(deps, Budget(100), BOOKS, LONG_AFTER) == 3

    assert await left(deps) == set()


async def test_what_was_written_recently_stays(deps: Deps) -> None:
    await stored_book(deps, NEVER_BEGUN)

    assert await sweep_books(deps, Budget(100), BOOKS, LONG_BEFORE) == 0

    assert await left(deps) == {chapter_blob(BOOK, NEVER_BEGUN), SPENDING}


async def test_sum_of_a_text_lives_as_long_as_its_last_chapter(deps: Deps) -> None:
    await stored_book(deps, LIVING, NEVER_BEGUN)

    await Books(deps.blobs).remove(BOOK, NEVER_BEGUN)
    assert SPENDING in await left(deps)
    await Books(deps.blobs).remove(BOOK, LIVING)

    assert await left(deps) == set()
