"""Comics to export. Each panel has one colour, so that tests can tell them apart."""

from collections.abc import Sequence
from datetime import UTC, datetime
from random import Random

import PIL.Image
import PIL.ImageChops

from api.export.comic import pixels
from api.export.comic.comic import Comic, Panel, Portrait
from api.export.comic.pixels import resized, with_values
from shared.images.image import Image
from shared.models.story import Direction, PanelPlan, StoryAnalysis, StoryBreakdown, Style
from tests.support.fakes.pictures import encoded
from tests.support.fakes.stories import GENERATION, SETTING, character

COLOURS = ((200, 30, 30), (30, 160, 30), (30, 30, 200), (200, 160, 0), (160, 0, 160), (0, 160, 160))
WIDE, ORDINARY, TALL, SQUARE = (160, 90), (120, 90), (90, 120), (100, 100)
SHAPES = (WIDE, ORDINARY, TALL, SQUARE)
CREATED_AT = datetime(2026, 1, 1, tzinfo=UTC)


def picture(colour: tuple[int, int, int], size: tuple[int, int] = ORDINARY, image_format: str = "PNG") -> Image:
    """Return a picture of one colour."""
    return Image(encoded(image_format, size, "#{:02x}{:02x}{:02x}".format(*colour)), f"image/{image_format.lower()}")


def photo(size: tuple[int, int]) -> PIL.Image.Image:
    """Return a picture with smooth shades, edges and grain, as models draw them: hard to compress."""
    across, down = (resized(PIL.Image.linear_gradient("L").rotate(turn), size) for turn in (90, 0))
    waves = PIL.Image.effect_mandelbrot(size, (-2.2, -1.2, 1.0, 1.2), 60)
    noise = PIL.Image.frombytes("L", size, Random(1).randbytes(size[0] * size[1]))
    grain = with_values(noise, lambda value: value // 16)
    channels = [PIL.ImageChops.add(PIL.ImageChops.add(shade, waves, 2), grain) for shade in (across, down, across)]
    return PIL.Image.merge("RGB", channels)


def png_of(image: PIL.Image.Image) -> Image:
    """Return the picture as a PNG file."""
    return Image(pixels.encoded(image, "PNG"), "image/png")


def transparent_picture() -> Image:
    """Return a transparent picture."""
    return png_of(PIL.Image.new("RGBA", ORDINARY, (255, 0, 0, 0)))


def plan(number: int, dialogue: str | None = None, camera_angle: str = "Medium shot") -> PanelPlan:
    """Return a panel's plan."""
    return PanelPlan(
        panel_number=number,
        characters=("Mira",),
        scene_description=f"Scene {number}.",
        dialogue=dialogue,
        camera_angle=camera_angle,
        visual_mood="calm",
    )


def comic(
    images: Sequence[Image | None],
    *,
    title: str = "The Lamp",
    cast: Sequence[tuple[str, Image]] = (),
    direction: Direction = "rtl",
    style: Style = "manga",
    language: str | None = None,
) -> Comic:
    """Return a comic of these panels; None is a panel that is not drawn. Every second one has dialogue."""
    panels = tuple(
        Panel(plan(number, f"Words {number}!" if number % 2 else None), image) for number, image in enumerate(images, 1)
    )
    names = [name for name, _ in cast] or ["Mira"]
    return Comic(
        id=GENERATION,
        style=style,
        direction=direction,
        created_at=CREATED_AT,
        analysis=StoryAnalysis(title=title, characters=tuple(character(name) for name in names), setting=SETTING),
        breakdown=StoryBreakdown(panels=tuple(panel.plan for panel in panels)) if len(panels) > 1 else None,
        panels=panels,
        cast=tuple(Portrait(number, name, image) for number, (name, image) in enumerate(cast, 1)),
        language=language,
        model="paint-1",
        project="https://example.com/project",
    )


def drawn_panels(count: int) -> list[Image]:
    """Return pictures of all shapes."""
    return [picture(COLOURS[index % len(COLOURS)], SHAPES[index % len(SHAPES)]) for index in range(count)]
