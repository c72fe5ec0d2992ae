"""The tree of errors."""

from collections.abc import Iterator

import pytest

from shared import errors


def leaves(error: type[errors.MangaError]) -> Iterator[type[errors.MangaError]]:
    children = error.__subclasses__()
    if not children:
        yield error
    for child in children:
        yield from leaves(child)


def test_every_error_has_a_code_of_its_own() -> None:
    codes = [error.code for error in leaves(errors.MangaError)]

    assert len(codes) == len(set(codes))
    assert all(code == code.lower() and " " not in code for code in codes)


def test_every_error_of_the_model_has_words_for_the_person_who_waits() -> None:
    fallback = errors.public_reason("no-such-code")
    for error in leaves(errors.ModelError):
        assert errors.public_reason(error.code) != fallback, error


@pytest.mark.parametrize("block", errors.BLOCK_REASONS)
def test_every_block_says_why_in_plain_words_without_its_raw_name(block: str) -> None:
    reason = errors.ContentBlocked(block).public_reason

    assert reason == errors.public_reason("content-blocked", block)
    assert block == "OTHER" or block not in reason


def test_an_unknown_block_is_told_as_one_without_a_reason() -> None:
    assert errors.ContentBlocked("SOMETHING_NEW").block == "OTHER"


def test_only_faults_that_may_pass_are_worth_another_try() -> None:
    retryable = {error.__name__ for error in leaves(errors.ModelError) if issubclass(error, errors.RetryableModelError)}

    assert retryable == {"ModelTimeout", "ModelBusy", "ModelUnavailable", "UnusableAnswer"}
