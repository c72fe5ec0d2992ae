"""Style text, shape and size of images, over HTTP: in every drawing, in the price, and in the state."""

import io
from collections.abc import Iterator
from typing import Any

import httpx
import PIL.Image
import pytest

from tests.support.another_host import another_host
from tests.support.running_app import BODY, START, RunningApp, broken_fields

LOOK: dict[str, Any] = {"styleText": "ink wash, soft light", "aspect": "tall", "imageSize": "2K"}
PRICES = {"1K": 0.0336, "2K": 0.0504, "4K": 0.1134}


def test_look_goes_into_every_drawing_and_nothing_else(app: RunningApp) -> None:
    read = app.generate(**LOOK)

    drawings = [*app.emulator.of("character", full=True), *app.emulator.of("panel", full=True)]
    texts = [*app.emulator.of("analysis", full=True), *app.emulator.of("chunking", full=True)]
    assert all('<style-text>"ink wash, soft light"</style-text>' in call["texts"][-1] for call in drawings)
    assert all("ink wash" not in "".join(call["texts"]) for call in texts)
    configs = [call["generationConfig"]["imageConfig"] for call in drawings]
    assert {config["imageSize"] for config in configs} == {"2K"}
    assert {config["aspectRatio"] for config in configs} == {"3:4", "9:16"}
    state = app.state(read.generation_id)
    assert {name: state[name] for name in LOOK} == LOOK


def test_images_have_the_shape_and_the_size_that_were_asked_for(app: RunningApp) -> None:
    read = app.generate(**LOOK)

    for message in read.of("panel"):
        content = app.http.get(str(message["data"]["image"])).content
        with PIL.Image.open(io.BytesIO(content)) as picture:
            width, height = picture.size
        assert width / height == pytest.approx(9 / 16)
        assert height > 1400


@pytest.mark.parametrize("size", ["2K", "4K"])
def test_cost_is_that_of_the_size_and_of_no_further_call(app: RunningApp, size: str) -> None:
    ordinary = app.generate()
    calls = app.emulator.count()
    large = app.generate(imageSize=size)

    images = large.last["usage"]["images"]
    assert app.emulator.count() == 2 * calls
    assert images == ordinary.last["usage"]["images"]
    more = large.last["usage"]["price"] - ordinary.last["usage"]["price"]
    assert more == pytest.approx(images * (PRICES[size] - PRICES["1K"]), abs=1e-6)
    estimate = app.http.post(START, params={"estimate": "true"}, json={**BODY, "imageSize": size}).json()
    assert estimate["price"]["min"] <= large.last["usage"]["price"] <= estimate["price"]["max"]
    assert estimate["price"]["expected"] > images * PRICES[size]


def test_look_counts_in_a_redo_too(app: RunningApp) -> None:
    read = app.generate(**LOOK)

    assert app.change(read.generation_id, "panels/0/regenerate") == 202
    app.follow(read.generation_id, after=len(read.results))

    call = app.emulator.of("panel", full=True)[-1]
    assert call["generationConfig"]["imageConfig"] == {"aspectRatio": "9:16", "imageSize": "2K"}
    assert "ink wash" in call["texts"][-1]


def test_start_without_a_look_asks_the_model_as_before(app: RunningApp) -> None:
    read = app.generate()

    assert "style-text" not in "".join(app.emulator.prompts())
    sizes = {call["generationConfig"]["imageConfig"]["imageSize"] for call in app.emulator.of("panel", full=True)}
    assert sizes == {"1K"}
    state = app.state(read.generation_id)
    assert (state["styleText"], state["aspect"], state["imageSize"]) == (None, "auto", "1K")


def test_broken_fields_of_the_look_are_named_and_start_nothing(app: RunningApp) -> None:
    runs = app.runs()

    answer = app.http.post(START, json={**BODY, "styleText": "x" * 301, "aspect": "round", "imageSize": "8K"})

    assert broken_fields(answer) == ["styleText", "aspect", "imageSize"]
    assert app.runs() == runs


@pytest.fixture
def cheap(app: RunningApp, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A further host, whose image model draws 1K only."""
    settings = {
        "GEMINI_IMAGE_MODEL": "gemini-3.1-flash-lite-image",
        "BLOB_CONTAINER": "cheap",
        "HTTP_AUTH_LEVEL": "anonymous",
    }
    with another_host(app.stack, tmp_path_factory.mktemp("cheap"), **settings) as http:
        yield http


def test_size_that_the_model_does_not_draw_is_refused_by_its_name(app: RunningApp, cheap: httpx.Client) -> None:
    calls = app.emulator.count()

    for parameters in ({}, {"estimate": "true"}):
        answer = cheap.post(START, params=parameters, json={**BODY, "imageSize": "2K"})
        assert broken_fields(answer) == ["imageSize"]
        assert "draws 1K, not 2K" in answer.json()["error"]
    assert [offered["size"] for offered in cheap.get("/page.json").json()["imageSizes"]] == ["1K"]
    assert [offered["size"] for offered in app.http.get("/page.json").json()["imageSizes"]] == ["1K", "2K", "4K"]
    assert app.emulator.count() == calls
