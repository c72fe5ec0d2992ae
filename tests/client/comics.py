"""Messages of a small comic."""

import base64
from collections.abc import Sequence
from io import BytesIO

from PIL import Image

from shared.models.messages import (
    AnalysisMessage,
    CharacterMessage,
    CharacterReference,
    ChunksMessage,
    CompleteMessage,
    ErrorMessage,
    GeneratedPanel,
    PanelMessage,
    StatusMessage,
    StreamMessage,
)
from shared.models.story import Character, PanelPlan, Setting, StoryAnalysis, StoryBreakdown
from shared.ndjson import to_line

GENERATION_ID = "0123456789abcdef0123456789abcdef"
TITLE = "夜の灯台 / Ночь"
PANELS = 3


def image_bytes(size: tuple[int, int] = (4, 3), image_format: str = "PNG") -> bytes:
    content = BytesIO()
    Image.new("RGB", size, "teal").save(content, image_format)
    return content.getvalue()


def data_url(size: tuple[int, int] = (4, 3), image_format: str = "PNG") -> str:
    return f"data:image/png;base64,{base64.b64encode(image_bytes(size, image_format)).decode()}"


def status(text: str = "Drawing...") -> StatusMessage:
    return StatusMessage(generation_id=GENERATION_ID, step="panel", message=text)


def reconnect() -> StatusMessage:
    """Return the progress message that ends a stream's window."""
    return StatusMessage(generation_id=GENERATION_ID, step="reconnect", message="Reconnect.")


def analysis(seq: int = 1, names: Sequence[str] = ("Mira", "../Tom")) -> AnalysisMessage:
    characters = tuple(Character(name=name, physical_description="", personality="", role="") for name in names)
    setting = Setting(time_period="", location="", mood="")
    story = StoryAnalysis(title=TITLE, characters=characters, setting=setting)
    return AnalysisMessage(generation_id=GENERATION_ID, seq=seq, data=story)


def chunks(seq: int = 2, outdated: tuple[int, ...] | None = None) -> ChunksMessage:
    plans = tuple(
        PanelPlan(panel_number=number, characters=(), scene_description="sea", camera_angle="", visual_mood="")
        for number in range(1, PANELS + 1)
    )
    return ChunksMessage(generation_id=GENERATION_ID, seq=seq, outdated=outdated, data=StoryBreakdown(panels=plans))


def character(seq: int, index: int, name: str, image: str | None = None, version: int = 1) -> CharacterMessage:
    sheet = CharacterReference(name=name, image=image or data_url((3, 4)), description="")
    return CharacterMessage(generation_id=GENERATION_ID, seq=seq, index=index, version=version, data=sheet)


def panel(seq: int, index: int, image: str | None = None, version: int = 1) -> PanelMessage:
    drawn = GeneratedPanel(panel_number=index + 1, image=image or data_url())
    return PanelMessage(generation_id=GENERATION_ID, seq=seq, panel_number=index, version=version, data=drawn)


def panel_failed(seq: int, index: int) -> ErrorMessage:
    text = f"Panel {index + 1} failed: blocked"
    return ErrorMessage(generation_id=GENERATION_ID, seq=seq, step="panel", message=text, index=index)


def critical(seq: int) -> ErrorMessage:
    """Return the end of a generation that failed altogether."""
    return ErrorMessage(generation_id=GENERATION_ID, seq=seq, step="critical", message="The story was refused.")


def cancelled(seq: int) -> ErrorMessage:
    return ErrorMessage(generation_id=GENERATION_ID, seq=seq, step="cancelled", message="Cancelled.")


def complete(seq: int, failed_panels: tuple[int, ...] | None = None) -> CompleteMessage:
    return CompleteMessage(generation_id=GENERATION_ID, seq=seq, total_panels=PANELS, failed_panels=failed_panels)


def whole_comic() -> list[StreamMessage]:
    """Return a generation without failures, with images of different shapes and file types."""
    return [
        analysis(1),
        chunks(2),
        character(3, 0, "Mira"),
        character(4, 1, "../Tom", data_url((3, 4), "JPEG")),
        panel(5, 1, data_url((8, 3))),
        panel(6, 0, data_url((4, 4), "WEBP")),
        panel(7, 2, data_url((3, 4))),
        complete(8),
    ]


def comic_with_a_gap() -> list[StreamMessage]:
    """Return a generation whose second panel failed."""
    return [
        analysis(1, ("Mira",)),
        chunks(2),
        character(3, 0, "Mira"),
        panel(4, 0),
        panel_failed(5, 1),
        panel(6, 2),
        complete(7, failed_panels=(1,)),
    ]


def lines_of(messages: Sequence[StreamMessage]) -> bytes:
    return b"".join(to_line(message) for message in messages)
