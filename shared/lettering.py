"""By what texts of a comic, translations of them and edits by hand are known. Pure."""

import hashlib
import json
from collections import Counter

from pydantic import JsonValue

from shared.models.lettering import PlannedText
from shared.models.story import PanelPlan, Plan

_DIGEST_LENGTH = 16


def source_of(plan: Plan) -> str:
    """Return a digest of the plan's title and texts: a translation holds for plans with the same one."""
    return _digest([plan.analysis.title, [_texts(panel) for panel in plan.chunks.panels]])


def panel_keys(plan: Plan) -> tuple[str, ...]:
    """Return the key of each panel, by which edits of its texts are found.

    It depends on the panel's scene and planned texts, so edits stay with a panel that moves. Equal panels are told
    apart by their order.
    """
    seen: Counter[str] = Counter()
    keys: list[str] = []
    for panel in plan.chunks.panels:
        key = _digest([panel.scene_description, _texts(panel)])
        keys.append(f"{key}-{seen[key]}")
        seen[key] += 1
    return tuple(keys)


def picture_digest(calm: str | None) -> str | None:
    """Return the digest of a picture's calm map, for which places were chosen."""
    return None if calm is None else _digest(calm)


def _texts(panel: PanelPlan) -> JsonValue:
    return [_content(text) for text in panel.texts or ()]


def _content(text: PlannedText) -> JsonValue:
    return [text.kind, text.speaker, text.text]


def _digest(content: JsonValue) -> str:
    written = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()[:_DIGEST_LENGTH]
