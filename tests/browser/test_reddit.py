"""Reddit posts as stories."""

import pytest
from playwright.async_api import expect

from tests.browser.support.device import Device
from tests.support.outside_world import POST_ID, POST_PATH, OutsideWorld, Reply, post_page

ADDRESS = f"{POST_PATH}/the_lamp/"
STORY = 'The Lamp & the Sea\n\nMira found a lamp on the beach.\n\n"Who are you?" she asked.'


async def test_link_to_a_post_fills_the_form(device: Device, outside: OutsideWorld) -> None:
    outside.say_json(f"{POST_PATH}.json", post_page())
    comic = await device.visit()
    await comic.page.get_by_text("Load a post from Reddit").click()
    await comic.page.get_by_label("Link to a Reddit post").fill(f"https://www.reddit.com{ADDRESS}")
    await comic.page.keyboard.press("Enter")
    await expect(comic.story).to_have_value(STORY)

    await comic.draw_button.click()

    await comic.complete()
    await expect(comic.title).to_have_text("The Lamp & the Sea")


@pytest.mark.parametrize(
    ("path", "credit"),
    [(ADDRESS, "By u/lighthouse_keeper in r/shortstories."), ("/u/some-body/s/AbCdEf", "By a deleted user.")],
    ids=["post", "share link to a profile"],
)
async def test_reddit_path_on_the_app_fills_the_form(
    device: Device, outside: OutsideWorld, path: str, credit: str
) -> None:
    location = f"https://www.reddit.com/user/some-body/comments/{POST_ID}/the_lamp/"
    outside.say_json(f"{POST_PATH}.json", post_page())
    outside.say("/u/some-body/s/AbCdEf", Reply(302, b"", {"Location": location}))
    outside.say_json(f"/comments/{POST_ID}.json", post_page(subreddit="u_some-body", author=None))

    comic = await device.visit(path)

    await expect(comic.story).to_have_value(STORY)
    await expect(comic.page.locator("#source-note")).to_contain_text(credit)


async def test_missing_post_shows_an_error_and_keeps_the_form(device: Device, outside: OutsideWorld) -> None:
    device.expect_errors("status of 404")
    comic = await device.visit(ADDRESS)

    await expect(comic.page.locator("#source-note")).to_contain_text("post")
    await expect(comic.story).to_be_editable()
