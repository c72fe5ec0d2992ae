"""The texts and faces that the model plans: a paid answer is repaired, whatever it has."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.chunking import LetteredBreakdownAnswer, chunk_story, to_breakdown
from activities.lettering.planned_texts import FaceAnswer, TextAnswer, to_faces, to_texts
from activities.perform import perform
from shared.deps import Deps
from shared.models.lettering import MAX_FACES, MAX_LETTERED_LENGTH, MAX_TEXTS_A_PANEL, PlannedFace, PlannedText
from shared.models.story import StoryBreakdown
from shared.storage.generations import Inputs
from tests.support.fakes.model import ScriptedModel
from tests.support.fakes.stories import GENERATION, analysis, payload, save_plan

NAMES = ["Mira", "Jon"]
INPUTS = Inputs(story="Mira rows out.", style="manga", no_dialogue=False, lettering="text")


def panel_answer(**more: object) -> dict[str, object]:
    return {"panelNumber": 1, "characters": ["Mira"], "sceneDescription": "rowing", **more}


def breakdown_of(**more: object) -> StoryBreakdown:
    answer = LetteredBreakdownAnswer.model_validate({"panels": [panel_answer(**more), panel_answer()]})
    return to_breakdown(answer.panels, NAMES, "text")


@pytest.mark.parametrize(
    ("answered", "planned"),
    [
        ({"kind": "dialogue", "speaker": "mira", "text": "Mira: “Hello!”"}, ("dialogue", "Hello!", "Mira")),
        ({"kind": "Dialogue", "speaker": "A stranger", "text": "Hello"}, ("dialogue", "Hello", None)),
        ({"kind": "caption", "text": "Next  day\n"}, ("narration", "Next day", None)),
        ({"kind": "sound effect", "text": "CRASH"}, ("effect", "CRASH", None)),
        ({"kind": "thought", "speaker": "Jon", "text": "Hm."}, ("dialogue", "Hm.", "Jon")),
        ({"kind": "bubble", "speaker": "Jon", "text": "Hm."}, ("dialogue", "Hm.", "Jon")),
        ({"kind": None, "text": "At dawn"}, ("narration", "At dawn", None)),
        ({"kind": "narration", "speaker": "Mira", "text": "At dawn"}, ("narration", "At dawn", None)),
    ],
)
def test_text_gets_a_known_kind_and_speaker(answered: dict[str, object], planned: tuple[str, str, str | None]) -> None:
    (text,) = to_texts([TextAnswer.model_validate(answered)], NAMES)

    assert (text.kind, text.text, text.speaker) == planned


@pytest.mark.parametrize("text", ["", None, " \u200b", "\u200d", "\u3164", "“”", 7])
def test_text_that_says_nothing_is_dropped(text: object) -> None:
    assert to_texts([TextAnswer.model_validate({"kind": "dialogue", "text": text})], NAMES) == ()


@pytest.mark.parametrize(
    ("answered", "part"),
    [
        ("top-left", "top-left"),
        ("Upper left", "top-left"),
        ("bottom_right", "bottom-right"),
        ("lower centre", "bottom"),
        ("middle", "center"),
        ("center-left", "left"),
        ("left-top", "top-left"),
        ("behind the tree", None),
        ("", None),
        (None, None),
    ],
)
def test_part_of_the_picture_is_recognized_or_the_face_is_dropped(answered: object, part: str | None) -> None:
    faces = to_faces([FaceAnswer.model_validate({"name": "mira", "part": answered})], NAMES)

    assert [(face.name, face.part) for face in faces] == ([] if part is None else [("Mira", part)])


def test_face_of_a_character_counts_once_and_unknown_ones_are_dropped() -> None:
    answers = [
        FaceAnswer(name="Mira", part="left"),
        FaceAnswer(name="MIRA", part="right"),
        FaceAnswer(name="?", part="top"),
    ]

    assert to_faces(answers, NAMES) == (PlannedFace(name="Mira", part="left"),)


def test_lists_and_texts_are_cut_to_their_limits() -> None:
    breakdown = breakdown_of(
        texts=[{"kind": "narration", "text": "word " * 200}] * 40, faces=[{"name": "Mira", "part": "top"}] * 40
    )

    texts = breakdown.panels[0].texts
    assert texts is not None
    assert len(texts) == MAX_TEXTS_A_PANEL
    assert len(texts[0].text) <= MAX_LETTERED_LENGTH
    assert texts[0].text.endswith("word…")


def test_dialogue_is_what_the_texts_say() -> None:
    texts = [
        {"kind": "narration", "text": "At dawn"},
        {"kind": "dialogue", "speaker": "Mira", "text": "Hello!"},
        {"kind": "dialogue", "speaker": "Jon", "text": "Hi."},
    ]

    spoken, silent = breakdown_of(texts=texts).panels

    assert spoken.dialogue == "Hello! Hi."
    assert (silent.dialogue, silent.texts, silent.faces) == (None, (), ())


def test_schema_has_the_kinds_and_the_parts() -> None:
    schema = LetteredBreakdownAnswer.model_json_schema(by_alias=True)
    panel, text, face = (schema["$defs"][name] for name in ("LetteredPanelAnswer", "TextAnswer", "FaceAnswer"))

    assert {"texts", "faces"} <= set(panel["required"])
    assert "dialogue" not in panel["properties"]
    assert (panel["properties"]["texts"]["maxItems"], panel["properties"]["faces"]["maxItems"]) == (
        MAX_TEXTS_A_PANEL,
        MAX_FACES,
    )
    assert text["properties"]["kind"]["enum"] == ["dialogue", "narration", "effect"]
    assert text["required"] == ["kind", "text"]
    assert len(face["properties"]["part"]["enum"]) == 9
    assert set(face["required"]) == {"name", "part"}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["kind", "text", "name", "part"]), inner)
    ),
    max_leaves=12,
)


@given(texts=JSON, faces=JSON)
def test_no_texts_and_faces_make_an_answer_unusable(texts: object, faces: object) -> None:
    breakdown = breakdown_of(texts=texts, faces=faces)

    assert StoryBreakdown.model_validate_json(breakdown.model_dump_json(by_alias=True)) == breakdown


async def test_texts_and_faces_are_stored(deps: Deps, model: ScriptedModel) -> None:
    await save_plan(deps, INPUTS, analysis("Mira"))
    text = {"kind": "dialogue", "speaker": "Mira", "text": "Hello"}
    lettered = panel_answer(texts=[text], faces=[{"name": "Mira", "part": "top"}])
    model.answers.append({"panels": [lettered, panel_answer()]})

    await perform(deps, payload("chunks"), chunk_story)

    first = (await deps.generations.need_breakdown(GENERATION)).panels[0]
    assert first.texts == (PlannedText(kind="dialogue", text="Hello", speaker="Mira"),)
    assert first.faces == (PlannedFace(name="Mira", part="top"),)
    assert first.dialogue == "Hello"


async def test_comic_without_words_has_no_texts(deps: Deps, model: ScriptedModel) -> None:
    silent = Inputs(story="Mira rows out.", style="manga", no_dialogue=True, lettering="text")
    await save_plan(deps, silent, analysis("Mira"))
    model.answers.append({"panels": [panel_answer(), panel_answer()]})

    await perform(deps, payload("chunks"), chunk_story)

    first = (await deps.generations.need_breakdown(GENERATION)).panels[0]
    assert (first.texts, first.faces, first.dialogue) == ((), (), None)
    assert "texts are" not in model.prompts[0].rules
