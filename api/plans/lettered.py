"""Texts and faces of an edited plan, in comics whose lettering is text. Pure.

A client that knows no texts sends `dialogue` only. Its dialogue becomes one text, and all else stays as it was.
"""

from collections.abc import Collection, Iterable, Sequence
from itertools import chain

from shared.errors import FieldProblem, InvalidInput
from shared.models.http.plan import EditedPanel, PlanRequest
from shared.models.http.requests import StoredRequest
from shared.models.lettering import MAX_LETTERED_LENGTH, MAX_TEXTS_A_PANEL, PlannedFace, PlannedText, dialogue_of
from shared.models.story import PanelPlan, Plan, StoryBreakdown
from shared.text.clean import one_line


def lettered_plan(edited: PlanRequest, before: Plan) -> Plan:
    """Return the edited plan with its texts and faces; `before` has those of panels whose client left them out."""
    plan = edited.to_plan(before.analysis)
    names = {character.name for character in plan.analysis.characters}
    known_panels = tuple(_without_unknown_speakers(panel, names) for panel in before.chunks.panels)
    earlier = _earlier_panels(plan.chunks.panels, known_panels)
    panels = tuple(
        _lettered_panel(sent, panel, known)
        for sent, panel, known in zip(edited.chunks.panels, plan.chunks.panels, earlier, strict=True)
    )
    return plan.model_copy(update={"chunks": StoryBreakdown(panels=panels)})


def check_lettering(request: StoredRequest, edited: PlanRequest) -> None:
    """Refuse texts and faces in a comic with drawn lettering.

    Raises:
        InvalidInput: names all of them.
    """
    if request.lettering == "drawn":
        advice = "The texts of this comic are drawn into its pictures: leave it out, and edit `dialogue`."
        why = "The texts of this comic are drawn into its pictures, so its plan has neither texts nor faces."
        _refuse(why, advice, _fields_with(edited, "texts", "faces"))


def check_texts(request: StoredRequest, edited: PlanRequest, plan: Plan) -> None:
    """Check what the request model can't know; `plan` is the plan that the edit makes.

    Raises:
        InvalidInput: names all texts and dialogue of a comic without dialogue, and dialogue that makes no valid text.
    """
    if request.no_dialogue:
        advice = "This comic has no dialogue: leave it out."
        why = "This comic was started without dialogue, and the plan has some. Leave it out."
        _refuse(why, advice, _fields_with(edited, "dialogue", "texts"))
    panels = [panel.texts or () for panel in plan.chunks.panels]
    longest = f"It has too many characters: a text over a picture has at most {MAX_LETTERED_LENGTH}."
    _refuse(f"The plan was not accepted. {longest}", longest, _dialogues(map(_has_long_text, panels)))
    most = f"There are too many texts with it: a panel has at most {MAX_TEXTS_A_PANEL}."
    too_many = (len(texts) > MAX_TEXTS_A_PANEL for texts in panels)
    _refuse(f"The plan was not accepted. {most}", most, _dialogues(too_many))


def _has_long_text(texts: Sequence[PlannedText]) -> bool:
    return any(len(text.text) > MAX_LETTERED_LENGTH for text in texts)


def _fields_with(edited: PlanRequest, *fields: str) -> list[str]:
    """Return the paths of these fields of panels that have something in them."""
    contents = [panel.model_dump(include=set(fields)) for panel in edited.chunks.panels]
    return [
        f"chunks.panels[{index}].{field}"
        for index, content in enumerate(contents)
        for field in fields
        if content[field]
    ]


def _dialogues(are_wrong: Iterable[bool]) -> list[str]:
    """Return the paths of the dialogue of panels; only dialogue can make texts that the request model did not check."""
    return [f"chunks.panels[{index}].dialogue" for index, is_wrong in enumerate(are_wrong) if is_wrong]


def _refuse(why: str, advice: str, fields: Sequence[str]) -> None:
    if fields:
        raise InvalidInput(why, tuple(FieldProblem(field, advice) for field in fields))


def _without_unknown_speakers(panel: PanelPlan, names: Collection[str]) -> PanelPlan:
    """Return the panel with texts that nobody says whose speaker is no character any more."""
    texts = (
        text if text.speaker is None or text.speaker in names else text.model_copy(update={"speaker": None})
        for text in panel.texts or ()
    )
    return panel.model_copy(update={"texts": tuple(texts)})


def _earlier_panels(panels: Sequence[PanelPlan], before: Sequence[PanelPlan]) -> list[PanelPlan | None]:
    """Return what each panel was: the one with its scene or, if that is new, the one at its place that is gone."""
    scenes = {panel.scene_description for panel in panels}
    by_scene: dict[str, PanelPlan] = {panel.scene_description: panel for panel in reversed(before)}

    def earlier(index: int, panel: PanelPlan) -> PanelPlan | None:
        there = before[index] if index < len(before) else None
        if there is not None and there.scene_description in scenes - {panel.scene_description}:
            there = None
        if there is not None and there.scene_description == panel.scene_description:
            return there
        return by_scene.get(panel.scene_description, there)

    return [earlier(index, panel) for index, panel in enumerate(panels)]


def _lettered_panel(sent: EditedPanel, panel: PanelPlan, before: PanelPlan | None) -> PanelPlan:
    texts = _texts(sent, panel.dialogue, before)
    faces = _faces(sent, panel.characters, before)
    return panel.model_copy(update={"texts": texts, "dialogue": dialogue_of(texts), "faces": faces})


def _texts(sent: EditedPanel, dialogue: str | None, before: PanelPlan | None) -> tuple[PlannedText, ...]:
    known = (before.texts if before else None) or ()
    is_dialogue_kept = dialogue == (before.dialogue if before else None)
    if sent.texts is not None:
        texts = tuple(PlannedText(kind=text.kind, text=text.text, speaker=text.speaker) for text in sent.texts)
        # A client that sends back all that it has read, and has edited the dialogue, means that.
        if texts != known or dialogue is None or is_dialogue_kept:
            return texts
    return known if is_dialogue_kept else _with_dialogue(known, dialogue)


def _with_dialogue(known: Sequence[PlannedText], dialogue: str | None) -> tuple[PlannedText, ...]:
    """Return the texts with this dialogue as the only one, where the first one was."""
    spoken = [text for text in known if text.kind == "dialogue"]
    speaker = spoken[0].speaker if len(spoken) == 1 else None
    at = known.index(spoken[0]) if spoken else len(known)
    made = [PlannedText(kind="dialogue", text=one_line(dialogue), speaker=speaker)] if dialogue else []
    others = (text for text in known[at:] if text.kind != "dialogue")
    return tuple(chain(known[:at], made, others))


def _faces(sent: EditedPanel, characters: Sequence[str], before: PanelPlan | None) -> tuple[PlannedFace, ...]:
    if sent.faces is not None:
        return tuple(PlannedFace(name=face.name, part=face.part) for face in sent.faces)
    known = (before.faces if before else None) or ()
    return tuple(face for face in known if face.name in characters)
