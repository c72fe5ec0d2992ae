"""Decodes a story file in UTF-8, UTF-16, UTF-32 or Windows-1252.

1. A byte order mark names the encoding.
2. Text without one is UTF-8 if it decodes and has no control characters.
3. Control bytes mean UTF-16, where they are half of the bytes in most scripts. The right byte order is the one with
   fewer distinct high bytes: a text uses few scripts, and swapped bytes seem to use many.
4. Anything else is Windows-1252, if it has no rare symbols and at most one of three letters is outside ASCII. It looks
   like other 8-bit encodings of Western scripts, so the caller should print which encoding was used.
"""

import codecs
import re
import unicodedata

_MARKS = {
    codecs.BOM_UTF8: "utf-8",
    # Before UTF-16, whose mark is its beginning.
    codecs.BOM_UTF32_LE: "utf-32-le",
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
_NAMES = {"utf-8": "UTF-8", "cp1252": "Windows-1252"}
# Symbols of Windows-1252 that are rare in stories, such as a superscript 3. In similar encodings they are letters.
_RARE_SYMBOLS = re.compile(
    "[\u00a4\u00a6\u00ac\u00af\u00b1-\u00b3\u00b5\u00b6\u00b8\u00b9\u00bc\u00be\u00d7\u00f7\u0192\u02c6\u02dc\u2030]"
)
# Except those of 8-bit texts: white space, the end mark of DOS files, and the escapes of ISO-2022.
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x19\x1c-\x1f]")
_UNUSUAL = {"Cn", "Co", "Cs"}
_USUAL_CONTROLS = "\t\n\v\f\r\x1a\x85"


class UnreadableText(ValueError):
    """The bytes are not text in a known encoding; the message says why."""


def decode(content: bytes) -> tuple[str, str]:
    """Return the text without a byte order mark, and the name of its encoding, such as `UTF-16-LE`.

    Raises:
        UnreadableText: the encoding is unknown, or the text is damaged.
    """
    encoding, mark = _encoding_of(content)
    try:
        text = content[len(mark) :].decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableText(f"it starts as {_name(encoding)} but is damaged at byte {error.start}") from error
    return text, _name(encoding)


def _encoding_of(content: bytes) -> tuple[str, bytes]:
    for mark, encoding in _MARKS.items():
        if content.startswith(mark):
            return encoding, mark
    return _encoding_without_mark(content), b""


def _encoding_without_mark(content: bytes) -> str:
    if _is_text(content, "utf-8"):
        return "utf-8"
    controls = len(_CONTROLS.findall(content))
    if controls * 4 < len(content) and _decodes(content, "utf-8"):
        raise UnreadableText("it has control characters")
    if controls:
        return _utf_16_order(content)
    if not content.decode("utf-8", errors="ignore").isascii():
        raise UnreadableText("it is damaged UTF-8 or has an unknown encoding")
    if _is_text(content, "cp1252") and _is_western(content.decode("cp1252")):
        return "cp1252"
    raise UnreadableText("its encoding is unknown")


def _utf_16_order(content: bytes) -> str:
    orders = [encoding for encoding in ("utf-16-le", "utf-16-be") if _is_text(content, encoding)]
    scatter = sorted((_high_bytes(content.decode(encoding)), encoding) for encoding in orders)
    if not scatter or (len(scatter) > 1 and scatter[0][0] == scatter[1][0]):
        raise UnreadableText("it is not text or has an unknown encoding")
    return scatter[0][1]


def _is_text(content: bytes, encoding: str) -> bool:
    """Return whether the bytes decode, without control and unassigned characters."""
    return _decodes(content, encoding) and all(_is_usual(character) for character in set(content.decode(encoding)))


def _decodes(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _is_usual(character: str) -> bool:
    category = unicodedata.category(character)
    return category not in _UNUSUAL and (category != "Cc" or character in _USUAL_CONTROLS)


def _high_bytes(text: str) -> int:
    return len({ord(character) >> 8 for character in text})


def _is_western(text: str) -> bool:
    letters = [character for character in text if character.isalpha()]
    accented = sum(not letter.isascii() for letter in letters)
    return _RARE_SYMBOLS.search(text) is None and 3 * accented <= len(letters)


def _name(encoding: str) -> str:
    return _NAMES.get(encoding, encoding.upper())
