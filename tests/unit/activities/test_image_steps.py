"""Characters and panels: the prompts, and that no image is paid for twice."""

import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import cast

import pytest

from activities.characters import draw_character
from activities.panels import draw_panel
from activities.perform import Make, perform
from shared.deps import Deps
from shared.images.image import Image
from shared.models.step_ref import ImageKind
from shared.models.steps import MakeAgain
from shared.names import choices_blob
from shared.settings import load_settings
from shared.storage.choices import choose
from shared.storage.generations import Inputs
from shared.storage.lifecycle import Running
from tests.support.fakes.blobs import BlobCall, ForwardingBlobs
from tests.support.fakes.engine import NOW
from tests.support.fakes.lifecycles import set_record
from tests.support.fakes.model import ScriptedModel
from tests.support.fakes.stories import GENERATION, analysis, image, named, panel, payload, ref, save_plan


def inputs(*, no_dialogue: bool = False, characters: tuple[str, ...] = (), settings: tuple[str, ...] = ()) -> Inputs:
    return Inputs(
        story="A story.",
        style="manga",
        no_dialogue=no_dialogue,
        character_references=[named(name) for name in characters],
        setting_references=[named(name) for name in settings],
    )


STYLE = ("somebody else: take only the way of drawing", None)


def shown(model: ScriptedModel) -> list[tuple[str, str | None]]:
    """Return the kind and the name of each image in the last prompt."""
    prompt = model.prompts[-1]
    section = re.search("<images>(.*)</images>", prompt.task)
    assert section is not None
    images = cast("list[dict[str, str]]", json.loads(section[1]))
    assert [labelled.label for labelled in prompt.images] == [f"Image {image['image']}:" for image in images]
    return [(image["shows"], image.get("name")) for image in images]


async def test_sheet_is_drawn_once_if_its_step_runs_twice(deps: Deps, model: ScriptedModel) -> None:
    await save_plan(deps, inputs(), analysis("Mira"))

    await perform(deps, payload("character"), draw_character)
    await perform(deps, payload("character"), draw_character)

    assert len(model.prompts) == 1


async def test_uploads_with_other_names_are_used_for_their_style_only(deps: Deps, model: ScriptedModel) -> None:
    await save_plan(deps, inputs(characters=("mira", "Miranda", "Jon")), analysis("Mira", "Jon"))

    await perform(deps, payload("character", 0), draw_character)

    assert shown(model) == [("the character", "Mira"), STYLE, STYLE]


async def test_sheet_gets_first_4_uploads_of_its_character_and_10_others(deps: Deps, model: ScriptedModel) -> None:
    await save_plan(deps, inputs(characters=("Mira",) * 6 + ("Jon",) * 11), analysis("Mira"))

    await perform(deps, payload("character"), draw_character)

    assert shown(model) == [("the character", "Mira")] * 4 + [STYLE] * 10


async def test_panel_gets_sheets_of_its_cast_and_first_10_settings(deps: Deps, model: ScriptedModel) -> None:
    places = tuple(f"Place {number}" for number in range(12))
    await save_plan(deps, inputs(settings=places), analysis("Mira"), panel(1, "Mira"), panel(2))
    await deps.generations.keep_image(ref("character", 0, 1), image())

    await perform(deps, payload("panel", 0, sheets={0: 1}), draw_panel)

    assert shown(model) == [("character sheet", "Mira"), *(("setting reference", name) for name in places[:10])]


async def test_panel_gets_only_sheets_of_its_own_cast(deps: Deps, model: ScriptedModel) -> None:
    await save_plan(deps, inputs(settings=("Harbour",)), analysis("Mira", "Jon", "Ada"), panel(1, "Ada"), panel(2))
    for index, colour in enumerate(["red", "green", "blue"]):
        await deps.generations.keep_image(ref("character", index, 1), image(colour))

    await perform(deps, payload("panel", 0, sheets={0: 1, 1: 1, 2: 1}), draw_panel)

    assert shown(model) == [("character sheet", "Ada"), ("setting reference", "Harbour")]
    assert model.prompts[0].images[0].image == image("blue")
    assert "Mira" not in model.prompts[0].task


async def test_panel_is_drawn_from_descriptions_if_its_cast_has_no_sheets(deps: Deps, model: ScriptedModel) -> None:
    await save_plan(deps, inputs(), analysis("Mira"), panel(1, "Mira"), panel(2))

    await perform(deps, payload("panel", 0), draw_panel)

    assert model.prompts[0].images == ()
    assert "Mira wears red" in model.prompts[0].task


async def test_panel_is_stored_with_the_media_type_of_its_image(deps: Deps, model: ScriptedModel) -> None:
    await save_plan(deps, inputs(), analysis("Mira"), panel(1), panel(2))
    model.images.append(Image(b"\xff\xd8jpeg", "image/jpeg"))

    await perform(deps, payload("panel", 1), draw_panel)

    blob = await deps.generations.image(ref("panel", 1, 1))
    assert (blob.content, blob.media_type) == (b"\xff\xd8jpeg", "image/jpeg")


async def test_prompt_of_a_panel_without_dialogue_asks_for_no_text(deps: Deps, model: ScriptedModel) -> None:
    await save_plan(deps, inputs(no_dialogue=True), analysis("Mira"), panel(1, dialogue="Hello there"), panel(2))

    await perform(deps, payload("panel", 0), draw_panel)

    prompt = model.prompts[0]
    assert "Hello there" not in prompt.task
    assert '"dialogue": false' in prompt.task
    assert "no words at all" in prompt.rules


async def test_panel_with_dialogue_is_lettered_in_english(deps: Deps, model: ScriptedModel) -> None:
    await save_plan(deps, inputs(), analysis("Mira"), panel(1, dialogue="Hello there"), panel(2))

    await perform(deps, payload("panel", 0), draw_panel)

    assert "Hello there" in model.prompts[0].task
    assert '"language": "English"' in model.prompts[0].task
    assert "never the speaker's name" in model.prompts[0].rules


@pytest.mark.parametrize(
    ("camera_angle", "ratio"),
    [
        ("Wide establishing shot", "16:9"),
        ("extreme close-up", "1:1"),
        ("low angle", "3:4"),
        ("medium shot", "4:3"),
        ("", "4:3"),
    ],
)
async def test_aspect_ratio_suits_the_camera_angle(
    deps: Deps, model: ScriptedModel, camera_angle: str, ratio: str
) -> None:
    await save_plan(deps, inputs(), analysis("Mira"), panel(1, camera_angle=camera_angle), panel(2))

    await perform(deps, payload("panel", 0), draw_panel)

    assert model.aspect_ratios == [ratio]


@pytest.mark.parametrize(("newest", "expected"), [(2, "red"), (3, "yellow")])
async def test_panel_of_a_later_round_is_drawn_from_the_chosen_sheet(
    deps: Deps, model: ScriptedModel, newest: int, expected: str
) -> None:
    await save_plan(deps, inputs(), analysis("Mira"), panel(1, "Mira"), panel(2))
    colours = {1: "red", 2: "blue", 3: "yellow"}
    for version, colour in colours.items():
        await deps.generations.keep_image(ref("character", 0, version), image(colour))
    await choose(deps.blobs, ref("character", 0, 1), newest=2)
    await set_record(deps, Running(round=1, at=NOW))

    await perform(deps, {**payload("panel", sheets={0: newest}), "round": 1}, draw_panel)

    (sheet,) = model.prompts[-1].images
    assert sheet.image == image(expected)


async def test_first_round_does_not_ask_for_choices(planned: Deps) -> None:
    @dataclass(slots=True)
    class Counted(ForwardingBlobs):
        asked: list[str] = field(default_factory=list[str])

        async def around[Answer](self, call: BlobCall, name: str, forward: Callable[[], Awaitable[Answer]]) -> Answer:
            self.asked.append(name)
            return await forward()

    blobs = Counted(planned.blobs)
    await perform(replace(planned, blobs=blobs), payload("panel"), draw_panel)

    assert blobs.asked
    assert choices_blob(GENERATION) not in blobs.asked


async def test_style_text_shape_and_size_go_into_every_drawing(deps: Deps, model: ScriptedModel) -> None:
    look = replace(inputs(), style_text="ink wash", aspect="tall", image_size="2K")
    await save_plan(deps, look, analysis("Mira"), panel(1, "Mira"), panel(2))

    await perform(deps, payload("character"), draw_character)
    await perform(deps, payload("panel", 0), draw_panel)

    assert all('<style-text>"ink wash"</style-text>' in prompt.task for prompt in model.prompts)
    assert model.aspect_ratios == ["3:4", "9:16"]
    assert model.sizes == ["2K", "2K"]


async def test_size_that_a_changed_model_does_not_draw_becomes_the_next_smaller_one(
    deps: Deps, model: ScriptedModel
) -> None:
    await save_plan(deps, replace(inputs(), image_size="4K"), analysis("Mira"))
    cheaper = replace(deps, settings=load_settings({"GEMINI_IMAGE_MODEL": "gemini-3.1-flash-lite-image"}))

    await perform(cheaper, payload("character"), draw_character)

    assert model.sizes == ["1K"]


@pytest.mark.parametrize(("kind", "draw"), [("panel", draw_panel), ("character", draw_character)])
async def test_change_is_made_to_the_pinned_version_whatever_is_chosen_later(
    deps: Deps, model: ScriptedModel, kind: ImageKind, draw: Make
) -> None:
    await save_plan(deps, inputs(), analysis("Mira"), panel(1), panel(2))
    for version, colour in {1: "red", 2: "blue"}.items():
        await deps.generations.keep_image(ref(kind, 0, version), image(colour))
    work = MakeAgain(kind=kind, index=0, from_version=1)
    await set_record(deps, Running(round=1, at=NOW, work=work, wish="at night"))
    await choose(deps.blobs, ref(kind, 0, 2), newest=2)

    await perform(deps, {**payload(kind), "version": 3, "round": 1}, draw)

    assert model.prompts[-1].images[0].image == image("red")
    assert shown(model)[0] == ("the current drawing, to be changed", None)
    assert '"at night"' in model.prompts[-1].task


async def test_change_of_one_image_changes_no_other(deps: Deps, model: ScriptedModel) -> None:
    await save_plan(deps, inputs(), analysis("Mira"), panel(1), panel(2))
    await deps.generations.keep_image(ref("panel", 0), image("red"))
    work = MakeAgain(kind="panel", index=0, from_version=1)
    await set_record(deps, Running(round=1, at=NOW, work=work, wish="at night"))

    await perform(deps, {**payload("panel", 1), "round": 1}, draw_panel)

    assert model.prompts[-1].images == ()
