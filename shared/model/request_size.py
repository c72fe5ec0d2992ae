"""A request to the model stays below 18 MiB: images that are too large together are made smaller.

Uploads are small from the start (`normalized_images`). Large images are the model's own drawings, and uploads that an
earlier version of the app stored as they came.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from shared.images.check import NotAnImage
from shared.images.normalized import shrink_image
from shared.ports import LabelledImage, Prompt

# Google accepts 20 MB a request (https://ai.google.dev/gemini-api/docs/image-understanding, read in November 2026).
MAX_REQUEST_BYTES = 18 * 1024 * 1024
_MAX_TEXT_BYTES = 1024 * 1024
# Base64 makes four bytes of three.
MAX_IMAGES_BYTES = (MAX_REQUEST_BYTES - _MAX_TEXT_BYTES) * 3 // 4

# One thread, since decoding takes up to 16 bytes of memory a pixel.
_SHRINKING = ThreadPoolExecutor(1, thread_name_prefix="shrink-images")


async def fit_images(prompt: Prompt, max_pixels: int) -> Prompt:
    """Return the prompt, with smaller images if all together are too large for a request."""
    if sum(len(labelled.image.content) for labelled in prompt.images) <= MAX_IMAGES_BYTES:
        return prompt
    return await asyncio.get_running_loop().run_in_executor(_SHRINKING, _with_small_images, prompt, max_pixels)


def _with_small_images(prompt: Prompt, max_pixels: int) -> Prompt:
    return replace(prompt, images=tuple(_small(labelled, max_pixels) for labelled in prompt.images))


def _small(labelled: LabelledImage, max_pixels: int) -> LabelledImage:
    try:
        return replace(labelled, image=shrink_image(labelled.image, max_pixels))
    except NotAnImage:
        # It was checked before it was stored. If a limit is lower today, the model decides.
        return labelled
