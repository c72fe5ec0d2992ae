"""Data URLs in the variants that clients send."""

import base64
import io
import random
import tracemalloc
import urllib.parse
from contextlib import suppress

import PIL.Image
import pytest

from shared.images.check import NotAnImage
from shared.images.data_urls import from_data_url, to_data_url
from shared.images.image import Image


def noisy_png() -> bytes:
    """Return a PNG whose base64 has all 64 characters and ends with padding."""
    target = io.BytesIO()
    PIL.Image.effect_noise((20, 20), 90).save(target, "PNG")
    content = target.getvalue()
    return content + bytes(-len(content) % 3 + 1)


PNG = noisy_png()
BASE64 = base64.b64encode(PNG).decode()
URL = f"data:image/png;base64,{BASE64}"
LINES = "\r\n".join(BASE64[start : start + 76] for start in range(0, len(BASE64), 76))

DIALECTS = {
    "as the standard says": URL,
    "image/jpg": f"data:image/jpg;base64,{BASE64}",
    "the wrong type": f"data:application/octet-stream;base64,{BASE64}",
    "no type": f"data:;base64,{BASE64}",
    "no padding": URL.rstrip("="),
    "too much padding": URL.rstrip("=") + "===",
    "line breaks": f"data:image/png;base64,{LINES}\r\n",
    "line breaks of Unix": f"data:image/png;base64,\n{LINES.replace('\r', '')}",
    "white space around it": f" \n{URL}\t\n",
    "white space within": f"data:image/png;base64, {BASE64[:40]} \t\f{BASE64[40:]}",
    "white space in the head": f"data:image/png; base64 ,{BASE64}",
    "the URL-safe alphabet": URL.replace("+", "-").replace("/", "_"),
    "the URL-safe alphabet without padding": URL.replace("+", "-").replace("/", "_").rstrip("="),
    "percent-encoded base64": "data:image/png;base64," + urllib.parse.quote(BASE64, safe=""),
    "percent-encoded in lower case": "data:image/png;base64," + BASE64.replace("+", "%2b").replace("/", "%2f"),
    "percent-encoded as a whole": urllib.parse.quote(URL, safe=""),
    "percent-encoded line breaks": "data:image/png;base64," + LINES.replace("\r\n", "%0D%0A"),
    "a charset": f"data:image/png;charset=utf-8;base64,{BASE64}",
    "a name": f"data:image/png;name=mira.png;base64,{BASE64}",
    "a parameter behind base64": f"data:image/png;base64;charset=utf-8,{BASE64}",
    "upper case": f"DATA:IMAGE/PNG;BASE64,{BASE64}",
}  # fmt: skip


@pytest.mark.parametrize("url", DIALECTS.values(), ids=DIALECTS)
def test_data_url_variant_of_a_client_is_read(url: str) -> None:
    assert from_data_url(url) == PNG


def test_sample_has_every_character_that_variants_encode_differently() -> None:
    assert {"+", "/", "="} <= set(BASE64)


def test_image_survives_a_round_trip() -> None:
    assert from_data_url(to_data_url(Image(PNG, "image/png"))) == PNG


@pytest.mark.parametrize("url", ["data:image/png;base64,", "data:image/png;base64, \n", "data:image/png;base64,=="])
def test_url_without_data_is_read_as_no_bytes(url: str) -> None:
    assert from_data_url(url) == b""


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("", "not a data URL"),
        ("hello", "not a data URL"),
        ("hello, world", "not a data URL"),
        ("https://example.org/a.png", "not a data URL"),
        ("https://example.org/a,b.png", "not a data URL"),
        ("data:image/png;base64", "not a data URL"),
        (BASE64, "not a data URL"),
        ("data:" + "x" * 600 + ";base64," + BASE64, "not a data URL"),
        ("data:image/png,%89PNG", "data URL is not base64"),
        ("data:base64,aGk=", "data URL is not base64"),
        ("data:image/png;utf8,hello", "data URL is not base64"),
        ("data:image/png;base64,aGk=aGk=", "data is not base64"),
        ("data:image/png;base64,{hello}", "data is not base64"),
        ("data:image/png;base64,aGk\u00e9", "data is not base64"),
        ("data:image/png;base64,%41%41%41%41", "data is not base64"),
        ("data:image/png;base64," + URL, "data is not base64"),
        ("data:image/png;base64,aGkaa", "cut off"),
    ],
)
def test_refusal_gives_the_true_reason(url: str, reason: str) -> None:
    with pytest.raises(NotAnImage, match=reason):
        from_data_url(url)


@pytest.mark.parametrize("character", ["%", "%2B", "A", ";", " ", "é"])
def test_reading_needs_memory_proportional_to_the_url(character: str) -> None:
    url = "data:image/png;base64," + character * (3_000_000 // len(character))

    tracemalloc.start()
    try:
        from_data_url(url)
    except NotAnImage:
        pass
    finally:
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()

    assert peak < 4 * 2 * len(url)


@pytest.mark.parametrize("seed", range(200))
def test_mutated_url_is_read_or_refused(seed: int) -> None:
    chance = random.Random(seed)
    url = list(chance.choice(list(DIALECTS.values())))
    for _ in range(chance.randint(1, 5)):
        url[int(len(url) * chance.random() ** 3)] = chance.choice('=%,;:+/-_ \0\n"\x7f\u00e9\ud800\U0001f600')

    with suppress(NotAnImage):
        from_data_url("".join(url))
