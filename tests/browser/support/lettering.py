"""Page object of texts over pictures: their language, and the dialog that edits them."""

from dataclasses import dataclass
from typing import Any, cast

from playwright.async_api import Locator, expect

from tests.browser.support.comic_page import ComicPage

# The boxes of a picture, of its balloons and of their lines, in pixels.
_BOXES = """root => {
  const box = element => {
    const { left, top, right, bottom } = element.getBoundingClientRect();
    return [left, top, right, bottom];
  };
  return {
    picture: box(root),
    balloons: [...root.querySelectorAll(".balloon")].map(balloon => ({
      kind: balloon.classList[1],
      box: box(balloon),
      lines: [...balloon.querySelectorAll(".balloon-line")].map(box),
    })),
  };
}"""
_WORDS_AND_BOX = """button => [button.querySelector("span"), button].map(element => {
  const { left, top, right, bottom } = element.getBoundingClientRect();
  return [left, top, right, bottom];
})"""
_FONT_SIZE = "element => parseFloat(element.style.fontSize)"
# The dialog breaks lines by itself.
_LEAST_PREVIEW = 0.75
# Boxes are rounded to pixels, and captions have an outline.
_TOLERANCE_PX = 1.5

type Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Balloon:
    """A balloon and its lines, as left, top, right and bottom in pixels."""

    kind: str
    box: Box
    lines: list[Box]


class LetteringPage:
    """The texts of the comic in a tab."""

    def __init__(self, comic: ComicPage) -> None:
        self.comic = comic
        self.page = comic.page
        self.bar = comic.page.locator("#lettering")
        self.language = self.bar.get_by_label("Language")
        self.balloons = comic.page.locator("#panels .balloon")
        self.dialog = comic.page.get_by_role("dialog", name="Words of panel")
        self.note = self.dialog.locator("#words-note")
        self.save_button = self.dialog.get_by_role("button", name="Save the words")

    async def draw(self, story: str, style: str = "manga") -> str:
        """Start a comic whose lettering is text, wait until it is complete, and return its id."""
        await self.page.get_by_label("Speech bubbles", exact=True).select_option("text")
        generation_id = await self.comic.draw(story, style)
        await self.comic.complete()
        return generation_id

    async def translate(self, language: str) -> None:
        """Translate the texts into a language, by its own name."""
        await self.bar.get_by_role("button", name="Translate…").click()
        dialog = self.page.get_by_role("dialog", name="Translate the words")
        await dialog.get_by_label("Language", exact=True).select_option(language)
        await dialog.get_by_role("button", name="Translate", exact=True).click()

    async def edit(self, index: int) -> None:
        """Open the dialog for a panel, which counts from 0."""
        await self.comic.open_picture(self.comic.panel(index))
        await self.comic.dialog.get_by_role("button", name="Edit the words").click()
        await expect(self.save_button).to_be_enabled()

    async def drag(self, target: Locator, across: int, down: int) -> None:
        """Drag the middle of a target by so many pixels."""
        await target.scroll_into_view_if_needed()
        box = await target.bounding_box()
        assert box is not None
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        await self.page.mouse.move(x, y)
        await self.page.mouse.down()
        await self.page.mouse.move(x + across, y + down, steps=3)
        await self.page.mouse.up()

    async def save(self) -> None:
        await self.save_button.click()
        await expect(self.dialog).to_be_hidden()

    def words(self, number: int) -> Locator:
        """Return the field of a text, which counts from 1."""
        return self._text(number).get_by_label("Words")

    def place(self, number: int) -> Locator:
        """Return the movable box of a text, which counts from 1."""
        return self.dialog.get_by_role("button", name=f"Place of text {number}:")

    def place_choice(self, number: int) -> Locator:
        return self._text(number).get_by_label("Place")

    def _text(self, number: int) -> Locator:
        return self.dialog.get_by_role("group", name=f"Text {number}", exact=True)


async def boxes_of(layer: Locator) -> tuple[Box, list[Balloon]]:
    """Return the box of a picture and its balloons."""
    found = cast("dict[str, Any]", await layer.evaluate(_BOXES))
    balloons = [
        Balloon(each["kind"], tuple(each["box"]), [tuple(line) for line in each["lines"]]) for each in found["balloons"]
    ]
    return tuple(found["picture"]), balloons


async def assert_well_set(layer: Locator) -> int:
    """Check that lines are in their balloons, and these in the picture without overlap; return how many there are."""
    picture, balloons = await boxes_of(layer)
    for balloon in balloons:
        assert _is_inside(balloon.box, picture), f"{balloon} is not in the picture {picture}"
        assert balloon.lines
        for line in balloon.lines:
            assert _is_inside(line, balloon.box), f"the line {line} leaves {balloon}"
    for index, one in enumerate(balloons):
        for other in balloons[index + 1 :]:
            assert not _overlap(one.box, other.box), f"{one} overlaps {other}"
    return len(balloons)


async def assert_previewed(place: Locator, balloon: Locator) -> None:
    """Check that a text in the dialog is in its box, and about as large as over the picture."""
    words, box = cast("list[Box]", await place.evaluate(_WORDS_AND_BOX))
    assert _is_inside(words, box), f"the words {words} leave {box}"
    previewed, shown = [float(await each.evaluate(_FONT_SIZE)) for each in (place, balloon)]
    assert previewed >= _LEAST_PREVIEW * shown, f"{previewed} instead of {shown} of the picture's width"


def _is_inside(inner: Box, outer: Box) -> bool:
    return (
        inner[0] >= outer[0] - _TOLERANCE_PX
        and inner[1] >= outer[1] - _TOLERANCE_PX
        and inner[2] <= outer[2] + _TOLERANCE_PX
        and inner[3] <= outer[3] + _TOLERANCE_PX
    )


def _overlap(one: Box, other: Box) -> bool:
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    return width > _TOLERANCE_PX and height > _TOLERANCE_PX
