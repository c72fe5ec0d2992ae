"""In which direction a language (BCP 47) is written."""

from typing import Literal

_RIGHT_TO_LEFT_LANGUAGES = frozenset("ar arc ckb dv fa he ks nqo ps sd syr ug ur yi".split())  # noqa: SIM905
_RIGHT_TO_LEFT_SCRIPTS = frozenset({"adlm", "arab", "hebr", "mand", "nkoo", "rohg", "syrc", "thaa"})
_VERTICAL_LANGUAGES = frozenset({"ja"})
_SCRIPT_LENGTH = 4


def direction_of(language: str) -> Literal["ltr", "rtl"]:
    """Return the direction of the script that the language names, or is usually written in."""
    primary, *others = language.lower().split("-")
    script = next((each for each in others if len(each) == _SCRIPT_LENGTH and each.isalpha()), None)
    is_right_to_left = script in _RIGHT_TO_LEFT_SCRIPTS if script else primary in _RIGHT_TO_LEFT_LANGUAGES
    return "rtl" if is_right_to_left else "ltr"


def is_vertical(language: str) -> bool:
    """Tell whether balloons are set in columns, from right to left."""
    return language.partition("-")[0].lower() in _VERTICAL_LANGUAGES
