"""The error classes: codes, reasons, and which are retryable."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from shared import errors
from shared.models.steps import RETRIES_EXHAUSTED


def leaves[Kind: errors.MangaError](error: type[Kind]) -> Iterator[type[Kind]]:
    children = error.__subclasses__()
    if not children:
        yield error
    for child in children:
        yield from leaves(child)


def test_every_error_has_a_unique_code() -> None:
    codes = [error.code for error in leaves(errors.MangaError)]

    assert len(codes) == len(set(codes))
    assert all(code == code.lower() and " " not in code for code in codes)


@pytest.mark.parametrize("code", [*(error.code for error in leaves(errors.ModelError)), RETRIES_EXHAUSTED])
def test_model_failure_is_not_reported_as_internal_error(code: str) -> None:
    reason = errors.public_reason(code)

    assert reason != errors.public_reason(errors.MangaError.code)
    assert "went wrong in this app" not in reason


@pytest.mark.parametrize("block", errors.BLOCK_REASONS)
def test_reason_of_every_block_does_not_contain_the_raw_name(block: str) -> None:
    reason = errors.ContentBlocked(block).public_reason

    assert reason == errors.public_reason("content-blocked", block)
    assert block == "OTHER" or block not in reason


def test_unknown_block_is_treated_as_other() -> None:
    assert errors.ContentBlocked("SOMETHING_NEW").block == "OTHER"


def test_only_temporary_errors_are_retryable() -> None:
    retryable = {error.__name__ for error in leaves(errors.ModelError) if issubclass(error, errors.RetryableModelError)}

    assert retryable == {"ModelTimeout", "ModelBusy", "ModelUnavailable", "UnusableAnswer"}


def test_rate_limit_is_neither_retryable_nor_final_and_has_a_delay() -> None:
    error = errors.ModelRateLimited(3.2)

    assert not isinstance(error, errors.RetryableModelError | errors.FinalModelError)
    assert (error.wait_s, error.retry_after_s, error.retryable) == (3.2, 4, False)


def test_only_errors_caused_by_story_or_images_mention_them() -> None:
    blamed = {
        error.__name__ for error in leaves(errors.ModelError) if "story" in error.reason or "image" in error.reason
    }

    assert blamed == {"ModelInputTooLarge", "ModelImageRejected"}


def test_operator_errors_refer_to_the_operator() -> None:
    for error in leaves(errors.ModelRefused):
        assert "operator of this app" in error.reason, error


def test_page_knows_every_model_error() -> None:
    page = Path("web/assets/state/problem.js").read_text()

    assert [error.code for error in leaves(errors.ModelError) if f'"{error.code}"' not in page] == []
