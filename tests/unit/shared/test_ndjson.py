"""The NDJSON lines of the stream."""

from collections.abc import AsyncIterator

import pytest

from shared.models.messages import CompleteMessage, ErrorMessage, StatusMessage, is_last, sequence_of
from shared.ndjson import from_line, split_lines, to_line


async def pieces(text: bytes, size: int) -> AsyncIterator[bytes]:
    for start in range(0, len(text), size):
        yield text[start : start + size]


@pytest.mark.parametrize("size", range(1, 12))
async def test_lines_are_complete_whatever_the_size_of_the_chunks(size: int) -> None:
    text = '{"a":"é"}\n\n{"b":1}\nrest'.encode()

    assert [line async for line in split_lines(pieces(text, size))] == ['{"a":"é"}'.encode(), b"", b'{"b":1}']


def test_message_is_one_line_of_utf8_json_with_camel_case_names() -> None:
    line = to_line(CompleteMessage(generation_id="g", seq=9, total_panels=3, failed_panels=(1,)))

    assert line == b'{"generationId":"g","type":"complete","seq":9,"totalPanels":3,"failedPanels":[1]}\n'


def test_text_with_line_breaks_stays_on_one_line() -> None:
    line = to_line(StatusMessage(generation_id="g", step="panel", message="one\ntwo\u2028three"))

    assert line.count(b"\n") == 1
    assert from_line(line) == StatusMessage(generation_id="g", step="panel", message="one\ntwo\u2028three")


def test_blank_line_is_a_heartbeat() -> None:
    assert from_line(b"\n") is None


def test_progress_message_has_no_seq() -> None:
    assert sequence_of(StatusMessage(generation_id="g", step="retry", message="…")) is None
    assert b"seq" not in to_line(ErrorMessage(generation_id="g", step="panel", message="…", retrying=True))


@pytest.mark.parametrize(("step", "ends"), [("critical", True), ("cancelled", True), ("panel", False)])
def test_only_final_errors_end_the_stream(step: str, ends: bool) -> None:
    message = ErrorMessage.model_validate({"generation_id": "g", "seq": 1, "step": step, "message": "…"})

    assert is_last(message) is ends
