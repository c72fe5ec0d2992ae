"""Which sum a spending limit applies to."""

from shared.models.stored.chapters import StoredChapter
from shared.names import generation_spending_blob
from shared.storage.books import spending_blob_of

FIRST, SECOND, OTHER = "1" * 32, "2" * 32, "3" * 32


def of_text(generation_id: str, first_of_text: str | None) -> str:
    return spending_blob_of(generation_id, StoredChapter(book=FIRST, number=2, first_of_text=first_of_text))


def test_chapters_of_a_text_have_one_sum() -> None:
    assert of_text(FIRST, FIRST) == of_text(SECOND, FIRST)


def test_another_text_in_the_same_book_has_its_own_sum() -> None:
    assert of_text(OTHER, OTHER) != of_text(SECOND, FIRST)


def test_chapter_that_a_client_has_continued_has_its_own_sum() -> None:
    assert of_text(SECOND, None) == generation_spending_blob(SECOND) == spending_blob_of(SECOND, None)
