"""How much room a panel gets."""

import pytest

from api.export.comic.emphasis import emphasis
from tests.unit.api.export.comics import plan


def weight(camera_angle: str, index: int = 1, dialogue: str | None = None) -> float:
    return emphasis(plan(index + 1, dialogue, camera_angle), index, 5)


def test_wide_shots_get_more_room_than_close_ups() -> None:
    angles = ["Wide establishing shot", "Wide shot", "Low-angle shot", "Medium shot", "Close-up", "Extreme close-up"]

    weights = [weight(angle) for angle in angles]

    assert weights == sorted(weights, reverse=True)
    assert len(set(weights)) == len(angles)


def test_unknown_camera_angle_is_average() -> None:
    assert weight("as the story likes") == weight("Medium close-up") == 1


@pytest.mark.parametrize("index", [0, 4])
def test_first_and_last_panel_get_more_room(index: int) -> None:
    assert weight("Close-up", index) > weight("Close-up")


@pytest.mark.parametrize(
    "words", ["One two three four five six seven eight nine.", "昨日の夜、灯台の大きな明かりが突然消えました。"]
)
def test_panel_with_much_speech_gets_more_room(words: str) -> None:
    assert weight("Close-up", dialogue=words) > weight("Close-up")


def test_more_speech_gets_more_room_up_to_a_limit() -> None:
    few, many, endless = (weight("Close-up", dialogue="word " * count) for count in (9, 15, 500))

    assert few < many < endless < weight("Wide shot")
