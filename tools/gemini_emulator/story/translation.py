"""Answers the request to translate a comic: every text in its order, with its number."""

from pydantic import JsonValue

from tools.gemini_emulator.prompt import Prompt, objects_of, text_of
from tools.gemini_emulator.story.stand_ins import in_language


def translate(prompt: Prompt) -> dict[str, JsonValue]:
    """Return the title and the texts of a comic in the wanted language."""
    language, own = text_of(prompt.object("lettering"), "language"), prompt.text("from") or None
    texts: list[JsonValue] = [
        {"number": text.get("number"), "text": in_language(text_of(text, "text"), language, own)}
        for panel in prompt.objects("panels")
        for text in objects_of(panel, "texts")
    ]
    return {"title": in_language(prompt.text("title"), language, own), "texts": texts}
