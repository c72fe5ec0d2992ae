"""A request with too large images gets smaller ones."""

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


async def test_images_that_fit_stay_as_they_are() -> None:
    drawn = Image(noise("PNG", 800), "image/png")
    prompt = prompt_with(drawn, image())
    assert MAX_NORMALIZED_BYTES < size_of(prompt) <= MAX_IMAGES_BYTES

    assert await fit_images(prompt, MAX_PIXELS) is prompt


async def test_large_images_get_smaller_if_all_together_do_not_fit() -> None:
    drawn = Image(noise("PNG", 1100), "image/png")
    prompt = prompt_with(image(), *[drawn] * (MAX_REFERENCES - 1))
    assert size_of(prompt) > MAX_IMAGES_BYTES

    fitted = await fit_images(prompt, MAX_PIXELS)

    assert size_of(fitted) <= MAX_IMAGES_BYTES
    assert [labelled.label for labelled in fitted.images] == [labelled.label for labelled in prompt.images]
    assert fitted.images[0] == prompt.images[0]
    for labelled in fitted.images[1:]:
        assert check_image(labelled.image.content, MAX_PIXELS) == labelled.image


async def test_most_references_of_the_largest_size_fit_without_being_changed() -> None:
    upload = Image(bytes(MAX_NORMALIZED_BYTES), "image/jpeg")
    prompt = prompt_with(*[upload] * MAX_REFERENCES)

    assert await fit_images(prompt, MAX_PIXELS) is prompt


async def test_image_that_can_not_be_made_smaller_stays_as_it_is() -> None:
    damaged = Image(b"\x89PNG\r\n\x1a\n" + bytes(MAX_IMAGES_BYTES), "image/png")
    prompt = prompt_with(damaged)

    assert await fit_images(prompt, MAX_PIXELS) == prompt
