"""Does the model's work: reads stories and draws pictures. Equal requests get the same answer, from a cache.

The work needs CPU time, so it runs in threads, off the event loop.
"""

import asyncio
import json
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from hashlib import sha256

from pydantic import JsonValue

from tools.gemini_emulator.drawing.pictures import (
    detail_of,
    draw_character_sheet,
    draw_panel,
    picture_size,
    planned_faces,
)
from tools.gemini_emulator.prompt import Prompt, text_of
from tools.gemini_emulator.story.analysis import analyse
from tools.gemini_emulator.story.chapters import before_of
from tools.gemini_emulator.story.chunking import chunk
from tools.gemini_emulator.story.translation import translate
from tools.gemini_emulator.wire.answer import Answer, ImagePart, TextPart
from tools.gemini_emulator.wire.request import GenerationConfig, ImageConfig
from tools.gemini_emulator.wire.schema import Schema, conform, mentions

WORKERS = 2
ANSWERS_KEPT = 400


class Writer:
    """Runs the model's work in a few threads, and caches the answers."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(WORKERS, thread_name_prefix="gemini-emulator")
        self._answers: OrderedDict[str, Future[Answer]] = OrderedDict()

    async def answer(self, prompt: Prompt, config: GenerationConfig) -> Answer:
        """Return the answer to a prompt.

        Raises:
            GoogleError: the request is invalid, for example has an unknown aspect ratio.
        """
        work = _work(prompt, config)
        key = _key(prompt, config)
        answer = self._answers.get(key)
        if answer is None:
            answer = self._answers[key] = self._threads.submit(work)
            while len(self._answers) > ANSWERS_KEPT:
                self._answers.popitem(last=False)
        self._answers.move_to_end(key)
        # shielded: other callers may wait for the same answer
        try:
            return await asyncio.shield(asyncio.wrap_future(answer))
        except Exception:
            # do not cache failures
            self._answers.pop(key, None)
            raise

    def close(self) -> None:
        """Stop the threads and drop waiting work."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _work(prompt: Prompt, config: GenerationConfig) -> Callable[[], Answer]:
    image = config.image_config or ImageConfig()
    ratio = image.aspect_ratio
    match prompt.kind:
        case "panel":
            size, detail = picture_size(ratio, "4:3"), detail_of(image.image_size)
            return lambda: Answer((ImagePart(draw_panel(prompt, size, detail)),))
        case "character":
            size, detail = picture_size(ratio, "3:4"), detail_of(image.image_size)
            return lambda: Answer((ImagePart(draw_character_sheet(prompt, size, detail)),))
        case "analysis":
            language = text_of(prompt.object("lettering"), "language") or None
            return lambda: _json_answer(
                analyse(prompt.story, prompt.text("style"), before_of(prompt), language), config.answer_schema
            )
        case "chunking":
            return lambda: _json_answer(_chunked(prompt, config.answer_schema), config.answer_schema)
        case "translation":
            return lambda: _json_answer(translate(prompt), config.answer_schema)
        case "text":
            return lambda: _free_answer(prompt, config.answer_schema)


def _chunked(prompt: Prompt, schema: Schema | None) -> JsonValue:
    """Return the panels; where texts and faces are asked for, the faces are those of the pictures to come."""
    if schema is None or not mentions(schema, "faces"):
        return chunk(prompt)
    panels = chunk(prompt, is_lettered=True)["panels"]
    planned = [panel for panel in panels if isinstance(panel, dict)] if isinstance(panels, list) else []
    return {"panels": [{**panel, "faces": planned_faces(prompt, panel)} for panel in planned]}


def _json_answer(value: JsonValue, schema: Schema | None) -> Answer:
    shaped = value if schema is None else conform(value, schema)
    return Answer((TextPart(json.dumps(shaped, ensure_ascii=False)),))


def _free_answer(prompt: Prompt, schema: Schema | None) -> Answer:
    """Answer a prompt without sections: with an analysis in the form of the schema, or with a sentence."""
    analysis = analyse(prompt.story, "")
    if schema is not None:
        return _json_answer(analysis, schema)
    return Answer((TextPart(f"This is about {analysis['title']}."),))


def _key(prompt: Prompt, config: GenerationConfig) -> str:
    asked = [
        prompt.kind,
        prompt.sections,
        prompt.free_text,
        prompt.layout,
        prompt.wishes,
        config.model_dump(mode="json"),
    ]
    return sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()
