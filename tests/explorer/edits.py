"""Edits of a plan, at random."""

from random import Random

from shared.models.lettering import PlannedText
from shared.models.story import Plan, StoryBreakdown

_MOST_PANELS = 3


def edited(plan: Plan, rng: Random) -> Plan:
    """Return the plan with one random edit, or none."""
    count = len(plan.chunks.panels)
    of_texts = () if plan.chunks.panels[0].texts is None else ("words",)
    edit = rng.choice(("none", "scene", "turned round", "longer", "shorter", "renamed", "mood", *of_texts))
    match edit:
        case "words":
            plan = _with_words(plan, rng.randrange(count), rng.choice(("Then", "Soon")))
        case "scene":
            plan = _with_scene(plan, rng.randrange(count), rng.choice(("rain", "snow")))
        case "turned round":
            plan = _with_order(plan, list(reversed(range(count))))
        case "longer":
            plan = _with_order(plan, [*range(count), 0][:_MOST_PANELS])
        case "shorter":
            plan = _with_order(plan, list(range(count))[-2:])
        case "renamed":
            plan = _renamed(plan, rng.choice(("Mira", "Mara")))
        case "mood":
            setting = plan.analysis.setting.model_copy(update={"mood": rng.choice(("calm", "wild"))})
            plan = plan.model_copy(update={"analysis": plan.analysis.model_copy(update={"setting": setting})})
        case _:
            pass
    return plan


def _with_scene(plan: Plan, index: int, scene: str) -> Plan:
    panels = list(plan.chunks.panels)
    panels[index] = panels[index].model_copy(update={"scene_description": scene})
    return plan.model_copy(update={"chunks": StoryBreakdown(panels=tuple(panels))})


def _with_words(plan: Plan, index: int, words: str) -> Plan:
    panels = list(plan.chunks.panels)
    panels[index] = panels[index].model_copy(update={"texts": (PlannedText(kind="narration", text=words),)})
    return plan.model_copy(update={"chunks": StoryBreakdown(panels=tuple(panels))})


def _with_order(plan: Plan, order: list[int]) -> Plan:
    panels = [plan.chunks.panels[index] for index in order]
    numbered = tuple(panel.model_copy(update={"panel_number": number}) for number, panel in enumerate(panels, 1))
    return plan.model_copy(update={"chunks": StoryBreakdown(panels=numbered)})


def _renamed(plan: Plan, name: str) -> Plan:
    (character,) = plan.analysis.characters
    analysis = plan.analysis.model_copy(update={"characters": (character.model_copy(update={"name": name}),)})
    panels = tuple(
        panel.model_copy(update={"characters": (name,) if panel.characters else ()}) for panel in plan.chunks.panels
    )
    return Plan(analysis=analysis, chunks=StoryBreakdown(panels=panels))
