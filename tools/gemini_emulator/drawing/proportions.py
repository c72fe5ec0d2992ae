"""Sizes of pictures."""

from tools.gemini_emulator.wire.errors import invalid_argument

LONG_SIDE_PX = 768

# Exact multiples of each ratio, with the long side as near to LONG_SIDE_PX as whole pixels allow.
RATIOS = ("1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9")


def picture_size(ratio: str | None, default: str) -> tuple[int, int]:
    """Return width and height in pixels, of exactly the ratio that is asked for.

    Raises:
        GoogleError: there is no such ratio.
    """
    ratio = ratio or default
    if ratio not in RATIOS:
        raise invalid_argument(f"Unsupported aspect ratio {ratio!r}: use one of {', '.join(RATIOS)}.")
    width, height = (int(side) for side in ratio.split(":"))
    unit = LONG_SIDE_PX // max(width, height)
    unit -= unit % 2
    return width * unit, height * unit
