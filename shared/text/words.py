r"""Counts a story's words, so that a limit means a similar length in every script. Pure.

The rule is that of Unicode (UAX #29, https://www.unicode.org/reports/tr29/#Word_Boundaries), with two changes:

- Scripts without spaces between words would need a dictionary. Here a number of their letters counts as a word: 2 of
  Han and kana, 4 of Thai, Lao, Khmer, Myanmar and the other scripts of line break class SA (vowel signs and tone marks
  are no letters). ICU 78 has dictionaries for them. It found 1.6 letters a word in Chinese, 1.8 in Japanese, 2.4
  (Myanmar) to 3.9 (Lao) in the others (`Intl.Segmenter` on articles of the Universal Declaration of Human Rights).
- Zero-width characters (format characters, combining marks, control characters that are no white space) count as
  absent: they neither split nor join words.

`web/assets/story_words.js` has the same rule for the page; `tests/support/word_counts.json` holds both to it.
"""

import math
import re
import unicodedata

# Han with iteration marks and compatibility forms, kana, Bopomofo.
_HAN_AND_KANA = (
    "\u2e80-\u2fdf\u3005\u3007\u3021-\u3029\u3031-\u3035\u3038-\u303c\u3041-\u3096\u309d-\u309f\u30a1-\u30fa"
    "\u30fc-\u30ff\u3105-\u312f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9d"
    "\U0001aff0-\U0001b16f\U00020000-\U0003fffd"
)
# Thai and Lao, Myanmar, Khmer, Tai Le and New Tai Lue, Tai Tham, Myanmar Extended-B, Myanmar Extended-A and Tai Viet.
_SOUTHEAST_ASIAN = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u1950-\u19df\u1a20-\u1aaf\ua9e0-\ua9ff\uaa60-\uaadf"
_UNSPACED = ((re.compile(rf"(?=\w)[{_HAN_AND_KANA}]"), 2), (re.compile(rf"(?=\w)[{_SOUTHEAST_ASIAN}]"), 4))

# UAX #29's MidNumLet, MidLetter and MidNum: between two letters or two digits they do not end a word.
_MID_NUM_LET = r"'.\u2018\u2019\u2024\ufe52\uff07\uff0e"
_MID_LETTER = rf"[{_MID_NUM_LET}:\u00b7\u0387\u055f\u05f4\u2027\ufe13\ufe55\uff1a]"
_MID_NUM = rf"[{_MID_NUM_LET},;\u037e\u0589\u060c\u060d\u066c\u07f8\u2044\ufe10\ufe14\ufe50\ufe54\uff0c\uff1b]"
_LETTER = r"[^\W\d_]"
_WORD = re.compile(rf"\w+(?:(?:(?<={_LETTER}){_MID_LETTER}(?={_LETTER})|(?<=\d){_MID_NUM}(?=\d))\w+)*")

_ZERO_WIDTH = {"Cc", "Cf", "Cs", "Mn", "Mc", "Me"}
_WHITE_SPACE_CONTROLS = "\t\n\x0b\x0c\r\x85"
# Letters by category, but invisible.
_FILLERS = "\u115f\u1160\u3164\uffa0"


def count_words(text: str) -> int:
    """Return the number of words, without punctuation and emoji. Takes linear time."""
    visible = _without_zero_width(text)
    count = 0
    for letter, letters_per_word in _UNSPACED:
        visible, letters = letter.subn(" ", visible)
        count += math.ceil(letters / letters_per_word)
    return count + sum(1 for word in _WORD.finditer(visible) if word[0].strip("_"))


def describe_excess(story: str, max_words: int, max_characters: int) -> str | None:
    """Return how long a story is if that is too long, such as "501 words: at most 500 are accepted".

    The words of a story with too many characters are not counted.
    """
    if len(story) > max_characters:
        return f"{len(story)} characters: at most {max_characters} are accepted"
    words = count_words(story)
    return f"{words} words: at most {max_words} are accepted" if words > max_words else None


def is_blank(text: str) -> bool:
    """Return whether the text has no visible character."""
    return not _without_zero_width(text).strip()


def _without_zero_width(text: str) -> str:
    return "".join(character for character in text if not _is_zero_width(character))


def _is_zero_width(character: str) -> bool:
    if character in _WHITE_SPACE_CONTROLS:
        return False
    return character in _FILLERS or unicodedata.category(character) in _ZERO_WIDTH
