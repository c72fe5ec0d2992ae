"""How a comic is lettered, and in which language, as a prompt's data."""

from pydantic import JsonValue

_ENGLISH = "en"
# How rules refer to the language: its tag is data.
NAMED_LANGUAGE = "the language that the section lettering names (a BCP 47 tag, or English)"


def lettering(*, no_dialogue: bool, language: str | None = None) -> dict[str, JsonValue]:
    """Return how the comic is lettered; `language` is a BCP 47 tag (None: English).

    The language is always named: a "manga" without one tends to be lettered in Japanese.
    """
    if no_dialogue:
        return {"dialogue": False}
    return {"dialogue": True, "language": language or "English"}


def language_to_ask_for(wanted: str | None, of_story: str | None) -> str | None:
    """Return the language in which texts are to be written, from what the client wants and what the story is in.

    None: the story is in English, or its language is not known. Then the prompts are those of the time before the
    language was asked for.
    """
    return wanted or (None if is_english(of_story) else of_story)


def is_english(language: str | None) -> bool:
    """Return whether texts in this language (None: it is not known) are lettered in English."""
    return language is None or language.partition("-")[0] == _ENGLISH
