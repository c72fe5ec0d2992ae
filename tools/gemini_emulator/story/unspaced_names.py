"""Names in scripts without capital letters: Japanese, Chinese and Korean, Hebrew and Arabic."""

import re

from tools.gemini_emulator.story.lexicon.people import NOT_JAPANESE_NAMES

JAPANESE_WITH_TITLE = re.compile(
    r"([\u4e00-\u9fff]{1,4}|[\u30a1-\u30fa\u30fc]{2,8}|[\u3041-\u3096]{2,4})(?:さん|ちゃん|くん|君|様|先生|先輩|博士)"
)
JAPANESE_KATAKANA = re.compile(r"([\u30a1-\u30fa\u30fc・]{2,10})(?=[はがとのをにもへ、。\uff01])")
JAPANESE_KANJI = re.compile(r"(?<![\u4e00-\u9fff])([\u4e00-\u9fff]{1,3})(?=[はが](?!な))")
SAID_BEFORE_NAME = re.compile(
    r"(?:אמר|אמרה|שאל|שאלה|ענה|ענתה|צעק|צעקה|לחש|לחשה|בשם|قال|قالت|سأل|سألت|أجاب|أجابت|صاح|صاحت|همس|همست|اسمه|اسمها|يدعى|تدعى)"
    r"\s+([\u0590-\u05ff\u0600-\u06ff]{2,})"
)
KOREAN = re.compile(r"([\uac00-\ud7af]{2,3})(?=(?:이가|이는|은|는|이|가|와|과)\s)")
# A bare word counts as a name if it is the subject of at least this many sentences.
MIN_SUBJECTS = 2


def names_in_unspaced_text(story: str) -> list[str]:
    """Return every occurrence of a name in a Japanese, Chinese or Korean story."""
    names = [match[1] for match in JAPANESE_WITH_TITLE.finditer(story)]
    names += [match[1] for match in JAPANESE_KATAKANA.finditer(story)]
    kanji = [match[1] for match in JAPANESE_KANJI.finditer(story)]
    korean = [match[1] for match in KOREAN.finditer(story)]
    for bare in (kanji, korean):
        names += [name for name in bare if bare.count(name) >= MIN_SUBJECTS or name in names]
    return [name for name in names if name not in NOT_JAPANESE_NAMES]


def names_in_uncased_text(story: str) -> list[str]:
    """Return every occurrence of a name in a Hebrew or Arabic story: a word after a verb of saying or naming."""
    found = {match[1] for match in SAID_BEFORE_NAME.finditer(story)}
    return [name for name in found for _ in range(max(1, story.count(name)))]
