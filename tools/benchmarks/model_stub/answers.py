"""The canned answers: one analysis, one breakdown, one picture."""

import base64
import io
import json
import math
import random

from PIL import Image

_SMALL_PX = 64
_RGB_BYTES = 3


def analysis(characters: int) -> bytes:
    """Return the body of an answer with that many characters."""
    names = [f"Character {number}" for number in range(1, characters + 1)]
    return _text_answer(
        {
            "title": "A Day at the Harbour",
            "characters": [
                {"name": name, "physicalDescription": "a red coat", "personality": "kind", "role": "sailor"}
                for name in names
            ],
            "setting": {"timePeriod": "today", "location": "a harbour", "mood": "calm"},
        }
    )


def breakdown(characters: int, panels: int) -> bytes:
    """Return the body of an answer with that many panels, two characters in each."""
    return _text_answer(
        {
            "panels": [
                {
                    "panelNumber": number,
                    "characters": [f"Character {(number + place) % characters + 1}" for place in range(2)],
                    "sceneDescription": "They look at the sea.",
                    "dialogue": "A boat!",
                    "cameraAngle": "medium shot",
                    "visualMood": "bright",
                }
                for number in range(1, panels + 1)
            ]
        }
    )


def picture(image_bytes: int) -> bytes:
    """Return the body of an answer with a picture of about that many bytes (0: a small one)."""
    return _answer([{"inlineData": {"mimeType": "image/png", "data": base64.b64encode(png(image_bytes)).decode()}}])


def png(image_bytes: int) -> bytes:
    """Return a PNG of about that many bytes: noise, since noise does not compress. 0 stands for a small picture."""
    if image_bytes:
        side = math.isqrt(image_bytes // _RGB_BYTES)
        image = Image.frombytes("RGB", (side, side), random.Random(1).randbytes(side * side * _RGB_BYTES))
    else:
        image = Image.new("RGB", (_SMALL_PX, _SMALL_PX), "teal")
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def _text_answer(value: object) -> bytes:
    return _answer([{"text": json.dumps(value)}])


def _answer(parts: list[object]) -> bytes:
    candidate = {"content": {"role": "model", "parts": parts}, "finishReason": "STOP", "index": 0}
    return json.dumps({"candidates": [candidate], "usageMetadata": {"totalTokenCount": 1}}).encode()
