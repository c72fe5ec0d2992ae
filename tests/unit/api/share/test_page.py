"""The page of a shared comic: its texts are escaped, its addresses are absolute where a preview needs them."""

import re
from dataclasses import replace

import pytest

from api.export.comic.comic import COVER_PX
from api.share.addresses import origin_of
from api.share.comic import SharedComic, SharedPanel
from api.share.page import render_missing_page, render_page
from tests.unit.api.http_requests import http_request

TOKEN = "0" * 32
STYLES = ("/assets/0/styles/base.css", "/assets/0/styles/share.css")
PANEL = SharedPanel("Panel 1 of 2. A boat.", 16, 9, 3)
COMIC = SharedComic("The Harbour", "manga", "rtl", "pt-BR", (PANEL, replace(PANEL, version=None)))


def page(comic: SharedComic = COMIC, origin: str = "https://manga.example") -> str:
    return render_page(comic, TOKEN, origin, STYLES, "/assets/0/icon.svg")


def metadata(html: str) -> dict[str, str]:
    return dict(re.findall(r'<meta (?:name|property)="([^"]+)" content="([^"]*)">', html))


def test_preview_has_absolute_addresses() -> None:
    tags = metadata(page())

    assert tags["og:title"] == tags["twitter:title"] == "The Harbour"
    assert tags["og:url"] == f"https://manga.example/c/{TOKEN}"
    assert tags["og:image"] == tags["twitter:image"] == f"https://manga.example/c/{TOKEN}/cover.jpg"
    assert tags["og:description"] == "A manga in 2 panels, made with Story to Manga"
    assert (int(tags["og:image:width"]), int(tags["og:image:height"])) == COVER_PX
    assert tags["twitter:card"] == "summary_large_image"
    assert tags["robots"] == "noindex"


def test_page_has_the_language_and_the_direction_of_the_comic() -> None:
    manga, comic = page(), page(replace(COMIC, style="comic", direction="ltr", language=None))

    assert '<html lang="pt-BR">' in manga
    assert '<ol class="panels" dir="rtl">' in manga
    assert "from right to left" in manga
    assert '<html lang="en">' in comic
    assert '<ol class="panels" dir="ltr">' in comic
    assert "from left to right" in comic


def test_each_panel_has_its_image_with_its_text_or_says_that_it_is_missing() -> None:
    panels = re.findall(r"<li.*?</li>", page())

    image = f'<img src="/c/{TOKEN}/panels/0/3" alt="Panel 1 of 2. A boat." width="1600" height="900" loading="lazy">'
    assert panels == [
        f"<li>{image}</li>",
        '<li class="missing" lang="en">Panel 2 is not drawn.</li>',
    ]


def test_comic_can_be_downloaded() -> None:
    assert re.findall(r'href="(/c/[^"]+)" download', page()) == [
        f"/c/{TOKEN}/export?format={each}" for each in ("pdf", "epub", "cbz", "webtoon", "png")
    ]


def test_texts_of_the_story_are_no_html() -> None:
    hostile = '"><script>alert(1)</script>&'
    html = page(replace(COMIC, title=hostile, panels=(replace(PANEL, text=hostile),)))

    assert "<script" not in html
    assert html.count("&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;") == 8


def test_page_has_no_script_form_or_address_of_the_api() -> None:
    for html in (page(), render_missing_page(STYLES, "/assets/0/icon.svg")):
        assert not re.search(r"<script|<form|<input|<button|style=| on\w+=|/api/", html)


@pytest.mark.parametrize(
    ("headers", "origin"),
    [
        ({"Host": "127.0.0.1:7071"}, "http://127.0.0.1:7071"),
        (
            {"Host": "inside", "X-Forwarded-Host": "manga.example", "X-Forwarded-Proto": "https"},
            "https://manga.example",
        ),
        (
            {"X-Forwarded-Host": "manga.example:8443, inside", "X-Forwarded-Proto": "https,http"},
            "https://manga.example:8443",
        ),
        ({"Host": "[2001:db8::1]:7071"}, "http://[2001:db8::1]:7071"),
        ({"X-Forwarded-Host": 'manga.example"><script>', "X-Forwarded-Proto": "https"}, ""),
        ({"X-Forwarded-Host": "manga.example/evil"}, ""),
        ({"Host": "manga.example", "X-Forwarded-Proto": "javascript"}, ""),
        ({}, ""),
    ],
)
def test_origin_is_the_one_that_the_client_has_used(headers: dict[str, str], origin: str) -> None:
    assert origin_of(http_request(headers=headers)) == origin
