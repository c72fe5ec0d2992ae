"""The prompt of a translation: the title and all texts of a comic in another language, by one call."""

from pydantic import JsonValue

from shared.model.prompts.lettering import NAMED_LANGUAGE
from shared.model.prompts.sections import DATA_RULE, render
from shared.models.lettering import PlannedText
from shared.models.story import PanelPlan, Plan
from shared.ports import Prompt

_RULES = f"""You translate comics. {DATA_RULE}

Rules:
- Translate the title and every text into {NAMED_LANGUAGE}. Each translation keeps the number of its text; leave none \
out, and add none.
- Write what people would say in that language, in its script. Keep it about as short as the text: it has to fit into \
the same balloon.
- dialogue has the spoken words only, without the speaker's name and quotation marks. narration is a caption. effect \
is a sound word: use the one that comics in that language use.
- Write names as that language writes them, the same way in all texts.
- The scenes only say what is seen: do not translate them."""


def translation_prompt(plan: Plan, language: str) -> Prompt:
    """Ask for the plan's title and texts in the language (BCP 47). Texts are numbered from 1 over all panels."""
    analysis = plan.analysis
    sections: dict[str, JsonValue] = {
        "task": "translation",
        "lettering": {"language": language},
        "from": analysis.language,
        "title": analysis.title,
        "characters": [character.name for character in analysis.characters],
        "panels": _panels(plan),
    }
    return Prompt(rules=_RULES, task=render("Translate the texts of this comic.", sections))


def _panels(plan: Plan) -> list[JsonValue]:
    panels: list[JsonValue] = []
    number = 1
    for panel in plan.chunks.panels:
        texts = panel.texts or ()
        if texts:
            panels.append(_panel(panel, texts, number))
        number += len(texts)
    return panels


def _panel(panel: PanelPlan, texts: tuple[PlannedText, ...], first_number: int) -> JsonValue:
    numbered: list[JsonValue] = [
        {"number": number, **text.model_dump(mode="json", by_alias=True, exclude_none=True)}
        for number, text in enumerate(texts, start=first_number)
    ]
    return {"panel": panel.panel_number, "scene": panel.scene_description, "texts": numbered}
