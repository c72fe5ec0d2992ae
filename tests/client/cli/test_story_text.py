"""Story files in the encodings of common editors."""

import codecs

import pytest

from client.cli.story_text import UnreadableText, decode

GERMAN = "Die Lampe erlosch. „Wer da?“, rief Mira – übermüdet.\r\n"
FRENCH = "Où êtes-vous ? L’été… «\u00a0non\u00a0»"
SPANISH = "¿Dónde está el faro?"
JAPANESE = "夜の灯台。ミラはランプを見つけた。"
CHINESE = "夜里的灯塔。她找到了一盏灯。\n她说:你是谁?"
RUSSIAN = "Ночь. Маяк погас, и Мира зажгла лампу."
THAI = "คืนหนึ่ง มีราพบตะเกียง"
ROBOT = "A robot 🤖 dreams."
STORIES = (GERMAN, FRENCH, SPANISH, JAPANESE, CHINESE, RUSSIAN, THAI, ROBOT, "Plain words.", "")


@pytest.mark.parametrize("story", STORIES)
@pytest.mark.parametrize(
    ("mark", "encoding", "name"),
    [
        (b"", "utf-8", "UTF-8"),
        (codecs.BOM_UTF8, "utf-8", "UTF-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16-LE"),
        (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16-BE"),
        (codecs.BOM_UTF32_LE, "utf-32-le", "UTF-32-LE"),
        (codecs.BOM_UTF32_BE, "utf-32-be", "UTF-32-BE"),
    ],
)
def test_utf_8_and_texts_with_a_byte_order_mark_are_decoded(story: str, mark: bytes, encoding: str, name: str) -> None:
    assert decode(mark + story.encode(encoding)) == (story, name)


@pytest.mark.parametrize("story", [story for story in STORIES if story])
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_detected(story: str, encoding: str) -> None:
    assert decode(story.encode(encoding)) == (story, encoding.upper())


@pytest.mark.parametrize("story", [GERMAN, FRENCH, SPANISH, "Das Meer fällt.", "50 € – “so much”\x1a"])
def test_windows_1252_is_detected(story: str) -> None:
    assert decode(story.encode("cp1252")) == (story, "Windows-1252")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (RUSSIAN.encode("cp1251"), "its encoding is unknown"),
        ("Zażółć gęślą jaźń, wieczór nad morzem.".encode("cp1250"), "its encoding is unknown"),
        (JAPANESE.encode("shift_jis"), "unknown encoding"),
        (CHINESE.encode("gb18030"), "unknown encoding"),
        (GERMAN.encode("utf-32-le"), "unknown encoding"),
        ("Où êtes-vous ?".encode()[:3] + b"\xff", "damaged UTF-8"),
        (codecs.BOM_UTF8 + b"Die \xff", "starts as UTF-8 but is damaged at byte 4"),
        (codecs.BOM_UTF16_LE + b"\x00", "starts as UTF-16-LE but is damaged at byte 0"),
        (b"The lamp\x00 went out.", "control characters"),
        ("Über\x07 der See".encode(), "control characters"),
        (b"\x1b$B$f$k\x1b(B", "control characters"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "not text"),
        (b"Lamp \x81 out", "its encoding is unknown"),
    ],
)
def test_text_in_an_unknown_encoding_is_refused(content: bytes, reason: str) -> None:
    with pytest.raises(UnreadableText, match=reason):
        decode(content)
