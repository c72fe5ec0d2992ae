"""Panels have a sensible layout, and all their parts are visible."""

import io
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pydantic import JsonValue

from tests.tools.gemini_emulator.prompts import CAST, panel_sections
from tools.gemini_emulator.drawing.lettering.bubbles import fit_text, overlap, place_bubble
from tools.gemini_emulator.drawing.lettering.text import line_width, printable
from tools.gemini_emulator.drawing.panel import draw_stage
from tools.gemini_emulator.drawing.people.expressions import EXPRESSIONS
from tools.gemini_emulator.drawing.people.look import look_of
from tools.gemini_emulator.drawing.people.poses import POSES
from tools.gemini_emulator.drawing.people.props import PROPS
from tools.gemini_emulator.drawing.pictures import draw_character_sheet, draw_panel, encode
from tools.gemini_emulator.drawing.sheet import draw_sheet
from tools.gemini_emulator.drawing.staging import stage_of
from tools.gemini_emulator.prompt import Prompt
from tools.gemini_emulator.story.lexicon.places import PHRASES

SIZE, SMALL = (768, 576), (384, 288)
SHOTS = (
    "Wide establishing shot",
    "Full shot",
    "Medium shot",
    "Close-up",
    "Extreme close-up",
    "Low-angle shot",
    "High-angle shot",
    "Bird's-eye view",
    "Dutch angle",
    "whatever",
)


def panel_prompt(
    style: str = "manga", dialogue: str | None = "Hurry up, Tomas!", *, lettering: bool = True, **changes: JsonValue
) -> Prompt:
    return Prompt("panel", panel_sections(style, dialogue, lettering=lettering, **changes), "")


@pytest.mark.parametrize("camera", SHOTS)
@pytest.mark.parametrize("size", [SIZE, (576, 768), (420, 756), (756, 324)])
def test_bubble_is_inside_the_frame_and_contains_the_dialogue(camera: str, size: tuple[int, int]) -> None:
    line = "I can see the harbour from here, and nobody waits."
    bubble = stage_of(panel_prompt(cameraAngle=camera, dialogue=line), size).bubble
    assert bubble is not None
    left, top, right, bottom = bubble.box
    assert 0 < left < right < size[0]
    assert 0 < top < bottom < size[1]
    assert bubble.block.width <= right - left
    assert bubble.block.height <= bottom - top
    assert bubble.tail is None or (0 < bubble.tail[0] < size[0] and 0 < bubble.tail[1] < size[1])
    assert " ".join(bubble.block.lines) == line


@pytest.mark.parametrize("camera", ["Wide shot", "Full shot", "Medium shot"])
def test_bubble_covers_no_face_if_there_is_room(camera: str) -> None:
    stage = stage_of(panel_prompt(cameraAngle=camera), SIZE)
    assert stage.bubble is not None
    assert [actor.look.name for actor in stage.actors if overlap(stage.bubble.box, actor.head_box) > 0] == []


@settings(max_examples=40, deadline=None)
@given(st.text(min_size=1, max_size=300).filter(lambda text: bool(printable(text))))
def test_any_dialogue_fits_into_its_bubble(words: str) -> None:
    bubble = place_bubble(printable(words), SIZE, [], (400.0, 500.0), is_shout=False)
    assert fit_text(printable(words), SIZE).lines
    assert bubble.box[0] > 0
    assert bubble.box[1] > 0
    assert bubble.box[2] < SIZE[0]
    assert bubble.box[3] < SIZE[1]


@pytest.mark.parametrize(
    "prompt",
    [
        panel_prompt(dialogue=None),
        panel_prompt(dialogue=""),
        panel_prompt(lettering=False),
        panel_prompt(dialogue="😀"),
    ],
)
def test_panel_without_dialogue_has_no_bubble(prompt: Prompt) -> None:
    assert stage_of(prompt, SIZE).bubble is None


def test_tail_points_to_the_speaker() -> None:
    stage = stage_of(panel_prompt(sceneDescription="By the sea: Mira waits. Tomas speaks."), SIZE)
    assert stage.bubble is not None
    assert stage.bubble.tail is not None
    tail = stage.bubble.tail
    nearest = min(stage.actors, key=lambda actor: abs(actor.mouth[0] - tail[0]) + abs(actor.mouth[1] - tail[1]))
    assert nearest.look.name == "Tomas"


def test_speaker_out_of_sight_has_no_tail() -> None:
    stage = stage_of(panel_prompt(sceneDescription="By the sea: Mira waits. Somebody out of sight speaks."), SIZE)
    assert stage.bubble is not None
    assert stage.bubble.tail is None


@pytest.mark.parametrize("camera", SHOTS)
def test_faces_are_inside_the_picture(camera: str) -> None:
    for actor in stage_of(panel_prompt(cameraAngle=camera), SIZE).actors:
        x, y = actor.head_middle
        assert 0 < x < SIZE[0]
        assert 0 < y < SIZE[1]


def test_camera_angle_decides_the_size_of_a_face() -> None:
    heads = [
        stage_of(panel_prompt(cameraAngle=camera, characters=["Mira"]), SIZE).actors[0].head_px
        for camera in ("Wide shot", "Full shot", "Medium shot", "Close-up", "Extreme close-up")
    ]
    assert heads == sorted(heads)
    assert heads[-1] > heads[0] * 5


def test_character_looks_the_same_in_sheet_and_panels() -> None:
    looks = [stage_of(panel_prompt(cameraAngle=camera), SIZE).actors[0].look for camera in SHOTS]
    on_sheet = look_of("Mira", "A small girl with short black hair, a red scarf and a green coat.")
    assert all(look == on_sheet for look in looks)


def test_description_decides_the_appearance() -> None:
    look = look_of("Kim", "A tall old man with long white beard, round glasses, a straw hat and a blue coat")
    assert (look.age, look.hat, look.is_female) == ("old", "brim", False)
    assert {"beard", "glasses", "moustache"} <= look.extras
    assert (look.top_colour.red, look.top_colour.blue) == (0x3B, 0xC8)
    assert look_of("Pip", "A small robot with a copper body").species == "robot"
    assert look_of("Tom", "A ginger cat with green eyes").species == "cat"
    assert look_of("Tom", "A man who loves his cat").species == "human"


@pytest.mark.parametrize("style", ["manga", "comic"])
def test_manga_is_grey_and_comic_is_coloured(style: str) -> None:
    pictures = [
        draw_panel(panel_prompt(style), SIZE),
        draw_character_sheet(Prompt("character", {"character": CAST[0], "style": style}, ""), (576, 768)),
    ]
    for content in pictures:
        red, green, blue = Image.open(io.BytesIO(content)).convert("RGB").split()
        assert (red.tobytes() == green.tobytes() == blue.tobytes()) == (style == "manga")


def test_sheet_shows_the_described_colours() -> None:
    look = look_of("Mira", "A girl with black hair, a red scarf and a green coat")
    colours = draw_sheet(look, (576, 768), is_comic=True).getcolors(1 << 20)
    assert colours is not None
    flat = {colour for count, colour in colours if count > 300}
    for wanted in (look.accent, look.top_colour, look.hair, look.skin):
        assert (wanted.red, wanted.green, wanted.blue) in flat


def test_every_place_looks_different_by_day_and_by_night() -> None:
    base = stage_of(panel_prompt(characters=[], dialogue=None), SMALL)
    pictures = {
        encode(draw_stage(replace(base, place=place, is_comic=is_comic, daytime=daytime)))
        for place in PHRASES
        for is_comic, daytime in ((True, "day"), (False, "night"))
    }
    assert len(pictures) == len(PHRASES) * 2


def test_every_weather_effect_and_prop_is_visible() -> None:
    scene = "By the sea: Mira waits."
    prompt = panel_prompt(dialogue=None, sceneDescription=scene, cameraAngle="Full shot", characters=["Mira"])
    base = stage_of(prompt, SIZE)
    stages = [replace(base, weather=weather) for weather in ("rain", "snow", "storm", "fog")]
    stages += [replace(base, effect=effect) for effect in ("speed", "focus", "gloom", "sparkle")]
    mira = replace(base.actors[0], pose="hold")
    stages += [replace(base, actors=(replace(mira, prop=prop),)) for prop in (None, *PROPS)]
    assert len({encode(draw_stage(stage)) for stage in stages}) == len(stages)


@pytest.mark.parametrize(
    "description",
    [
        "a man",
        "an old woman with a bun",
        "a robot",
        "a robot with one round eye and a scarf",
        "a white rabbit",
        "a green dragon",
        "an owl",
        "a fox",
        "a mouse",
        "a bear",
        "a girl in a coat with curly hair and a backpack",
        "a king in a robe and a crown",
    ],
)
def test_every_character_can_take_every_pose_and_expression(description: str) -> None:
    base = stage_of(panel_prompt(characters=["Mira"], dialogue=None), SMALL)
    faces = list(EXPRESSIONS.values())
    actor = replace(base.actors[0], look=look_of("Sam", description))
    actors = [
        replace(actor, pose=pose, expression=faces[index % len(faces)], x=20.0 * index)
        for index, pose in enumerate(POSES)
    ]
    assert draw_stage(replace(base, actors=tuple(actors))).size == SMALL


@pytest.mark.parametrize(
    "text",
    [
        "Hello, world…",
        "Ça va très bien",
        "Привет, мир",
        "Καλημέρα",
        "こんにちは、世界！",
        "안녕하세요",
        "שלום, עולם",
        "مرحبا بالعالم",
        "नमस्ते",
    ],
)
def test_supported_scripts_can_be_lettered(text: str) -> None:
    assert printable(text) == text
    assert line_width(text, 20) > 40


def test_characters_without_a_font_are_left_out() -> None:
    assert printable("Good\n morning 😀🎉!") == "Good morning !"
