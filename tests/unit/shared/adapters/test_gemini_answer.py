"""What is read of an answer, and what its call used."""

import json

from shared.model.gemini_answer import parse_answer
from shared.models.prices import ModelPrice

PRICE = ModelPrice(input_per_million=1, output_per_million=10, per_image=0.05)
IMAGE = {"inlineData": {"mimeType": "image/png", "data": "eA=="}}


def body(*parts: object, **usage: object) -> str:
    return json.dumps({"candidates": [{"content": {"parts": parts}}], "usageMetadata": usage})


def test_what_is_thought_and_written_beside_an_image_is_paid_as_text() -> None:
    answer = parse_answer(
        body(
            {"text": "Here:"},
            IMAGE,
            promptTokenCount=100,
            candidatesTokenCount=1130,
            thoughtsTokenCount=200,
            candidatesTokensDetails=[{"modality": "IMAGE", "tokenCount": 1120}],
        )
    )

    used = answer.used(PRICE)

    assert (used.input_tokens, used.output_tokens, used.images) == (100, 1330, 1)
    assert used.price_micros == 100 + 210 * 10 + 50_000


def test_image_tokens_are_no_more_than_those_that_were_written() -> None:
    details = [{"modality": "IMAGE", "tokenCount": 5000}]

    used = parse_answer(body(IMAGE, promptTokenCount=1, candidatesTokenCount=9, candidatesTokensDetails=details)).used(
        PRICE
    )

    assert used.price_micros == 1 + 50_000


def test_images_in_either_base64_alphabet_are_read() -> None:
    content = b"\xfb\xff\xfe\x00"
    for data in ("+//+AA==", "-__-AA==", "-__-AA"):
        assert list(parse_answer(body({"inlineData": {"data": data}})).images()) == [content]


def test_thoughts_are_no_part_of_a_text_unless_there_is_nothing_else() -> None:
    thought = {"text": "thinking", "thought": True}

    assert parse_answer(body(thought, {"text": "a"}, {"text": "b"})).text == "ab"
    assert parse_answer(body(thought)).text == "thinking"


def test_first_candidate_with_content_is_the_answer() -> None:
    candidates = [
        {"finishReason": "STOP"},
        {"content": {"parts": [{"text": "b"}]}},
        {"content": {"parts": [{"text": "c"}]}},
    ]

    assert parse_answer(json.dumps({"candidates": candidates})).text == "b"
