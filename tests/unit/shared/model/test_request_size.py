"""Images are shrunk if they would make the request too large."""

from shared.images.check import check_image
from shared.images.image import Image
from shared.images.normalized import MAX_NORMALIZED_BYTES
from shared.model.prompts.references import MAX_REFERENCES
from shared.model.request_size import MAX_IMAGES_BYTES, fit_images
from shared.ports import LabelledImage, Prompt
from tests.support.fakes.pictures import noise
from tests.support.fakes.stories import image

MAX_PIXELS = 25_000_000


def prompt_with(*images: Image) -> Prompt:
    return Prompt("rules", "task", tuple(LabelledImage(f"Image {number}:", one) for number, one in enumerate(images)))


def size_of(prompt: Prompt) -> int:
    return sum(len(labelled.image.content) for labelled in prompt.images)


async def test_images_that_fit_are_unchanged() -> None:
    drawn = Image(noise("PNG", 800), "image/png")
    prompt = prompt_with(drawn, image())
    assert MAX_NORMALIZED_BYTES < size_of(prompt) <= MAX_IMAGES_BYTES

    assert await fit_images(prompt, MAX_PIXELS) is prompt


async def test_large_images_are_shrunk_if_the_request_would_be_too_large() -> None:
    drawn = Image(noise("PNG", 1100), "image/png")
    prompt = prompt_with(image(), *[drawn] * (MAX_REFERENCES - 1))
    assert size_of(prompt) > MAX_IMAGES_BYTES

    fitted = await fit_images(prompt, MAX_PIXELS)

    assert size_of(fitted) <= MAX_IMAGES_BYTES
    assert [labelled.label for labelled in fitted.images] == [labelled.label for labelled in prompt.images]
    assert fitted.images[0] == prompt.images[0]
    for labelled in fitted.images[1:]:
        assert check_image(labelled.image.content, MAX_PIXELS) == labelled.image


async def test_maximum_number_of_largest_references_fits_unchanged() -> None:
    upload = Image(bytes(MAX_NORMALIZED_BYTES), "image/jpeg")
    prompt = prompt_with(*[upload] * MAX_REFERENCES)

    assert await fit_images(prompt, MAX_PIXELS) is prompt


async def test_image_that_cannot_be_shrunk_is_unchanged() -> None:
    damaged = Image(b"\x89PNG\r\n\x1a\n" + bytes(MAX_IMAGES_BYTES), "image/png")
    prompt = prompt_with(damaged)

    assert await fit_images(prompt, MAX_PIXELS) == prompt
