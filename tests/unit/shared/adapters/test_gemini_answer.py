"""Parsing of Gemini answers, and the usage of the call."""

import json

from shared.model.gemini_answer import parse_answer
from shared.models.prices import ModelPrice

PRICE = ModelPrice(input_per_million=1, output_per_million=10, per_image=0.05)
IMAGE = {"inlineData": {"mimeType": "image/png", "data": "eA=="}}


def body(*parts: object, **usage: object) -> str:
    return json.dumps({"candidates": [{"content": {"parts": parts}}], "usageMetadata": usage})


def test_thoughts_and_text_of_an_image_answer_are_priced_as_text() -> None:
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


def test_image_tokens_are_at_most_the_output_tokens() -> None:
    details = [{"modality": "IMAGE", "tokenCount": 5000}]

    used = parse_answer(body(IMAGE, promptTokenCount=1, candidatesTokenCount=9, candidatesTokensDetails=details)).used(
        PRICE
    )

    assert used.price_micros == 1 + 50_000


def test_image_in_either_base64_alphabet_is_read() -> None:
    content = b"\xfb\xff\xfe\x00"
    for data in ("+//+AA==", "-__-AA==", "-__-AA"):
        assert list(parse_answer(body({"inlineData": {"data": data}})).images()) == [content]


def test_thoughts_are_used_as_text_only_if_nothing_else_was_written() -> None:
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
