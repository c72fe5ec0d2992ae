"""Stands in for a translation: real words in the script of the language, in square brackets, always the same ones.

The emulator can't translate. Its texts have about as many words as the original, and end as it does.
"""

from pydantic import TypeAdapter

from tools.gemini_emulator.story.language import language_of
from tools.gemini_emulator.story.lexicon.tables import load_table
from tools.gemini_emulator.story.seeds import number
from tools.gemini_emulator.story.text import CLOSING, word_count

MAX_WORDS = 12
UNSPACED = frozenset({"ja", "zh", "th"})
_TABLES = load_table("stand_ins", TypeAdapter(dict[str, dict[str, str | dict[str, str]]]))
_WORDS = {language: words.split() for language, words in _TABLES["words"].items() if isinstance(words, str)}
_ENDS = {language: ends for language, ends in _TABLES["ends"].items() if isinstance(ends, dict)}
_PLAIN_ENDS = {"!": "!", "\uff01": "!", "?": "?", "\uff1f": "?", "؟": "?", ".": ".", "。": ".", "…": "…"}


def in_language(text: str, language: str, own: str | None = None) -> str:
    """Return the text as if it were in the language (BCP 47); as it is if that is its own one.

    `own` is the language of the text, if it is known. A language without words gives the text behind its tag.
    """
    wanted = _primary(language)
    if not text or wanted == _primary(own or language_of(text)):
        return text
    words = _WORDS.get(wanted)
    if words is None:
        return f"[{language}] {text}"
    count = max(1, min(MAX_WORDS, word_count(text)))
    first = number(text, language, below=len(words))
    chosen = [words[(first + index) % len(words)] for index in range(count)]
    end = _PLAIN_ENDS.get(text.rstrip(CLOSING + "\"'")[-1:], "")
    joined = ("" if wanted in UNSPACED else " ").join(chosen)
    return f"[{joined[0].upper()}{joined[1:]}{_ENDS.get(wanted, {}).get(end, end)}]"


def _primary(language: str) -> str:
    return language.partition("-")[0].lower()
