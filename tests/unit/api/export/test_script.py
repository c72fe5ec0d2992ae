"""The script of a comic as JSON."""

import json

import pytest
from pydantic import JsonValue

from api.export.exporter import Exporter
from shared.deps import Deps
from shared.errors import NothingToExport
from shared.models.http.script import ExportedScript
from tests.support.fakes.engine import FakeEngine
from tests.support.fakes.stories import GENERATION
from tests.unit.api.drawn_story import ledger

IMAGES = f"/api/generations/{GENERATION}/images"


async def exported(deps: Deps, engine: FakeEngine, *, is_book: bool = False) -> dict[str, JsonValue]:
    export = await Exporter().export(deps, engine, GENERATION, "json", is_book=is_book)
    content = export.content or b""
    ExportedScript.model_validate_json(content)
    return json.loads(content)


async def test_script_has_the_plan_and_the_paths_of_the_images(drawn: Deps, engine: FakeEngine) -> None:
    script = await exported(drawn, engine)

    assert (script["schemaVersion"], script["id"], script["title"]) == (1, GENERATION, "The Harbour")
    assert (script["style"], script["readingDirection"], script["lettering"]) == ("manga", "rtl", "drawn")
    assert script["cast"] == [
        {"index": 0, "name": "Mira", "image": {"path": f"{IMAGES}/characters/0/1", "version": 1}},
        {"index": 1, "name": "Jon", "image": {"path": f"{IMAGES}/characters/1/1", "version": 1}},
    ]
    panels = script["panels"]
    assert isinstance(panels, list)
    assert [panel["image"] for panel in panels if isinstance(panel, dict)] == [
        {"path": f"{IMAGES}/panels/{index}/1", "version": 1} for index in (0, 1)
    ]


async def test_panel_that_is_not_drawn_has_no_image(drawn: Deps, engine: FakeEngine) -> None:
    engine.show(GENERATION, ledger(5))

    panels = (await exported(drawn, engine))["panels"]

    assert isinstance(panels, list)
    assert [panel["image"] is None for panel in panels if isinstance(panel, dict)] == [True, False]


async def test_comic_without_a_breakdown_has_no_panels(drawn: Deps, engine: FakeEngine) -> None:
    engine.show(GENERATION, ledger(2))

    assert (await exported(drawn, engine))["panels"] == []


async def test_comic_without_an_image_has_no_script(drawn: Deps, engine: FakeEngine) -> None:
    engine.show(GENERATION, ledger(1))

    with pytest.raises(NothingToExport):
        await exported(drawn, engine)


async def test_book_is_a_list_of_its_chapters(drawn: Deps, engine: FakeEngine) -> None:
    book, alone = await exported(drawn, engine, is_book=True), await exported(drawn, engine)

    assert (book["schemaVersion"], book["title"], book["chapters"]) == (1, "The Harbour", [alone])
