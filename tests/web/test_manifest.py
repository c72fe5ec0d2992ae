"""The manifest has what browsers need to install the page: https://www.w3.org/TR/appmanifest/."""

import json
from typing import cast
from urllib.parse import urljoin

import PIL.Image

from tools.devstack.stack import REPOSITORY

WEB = REPOSITORY / "web"
ADDRESS = "/assets/manifest.webmanifest"


def test_page_can_be_installed() -> None:
    manifest = cast("dict[str, object]", json.loads((WEB / ADDRESS[1:]).read_text()))

    assert f'<link rel="manifest" href="{ADDRESS}">' in (WEB / "index.html").read_text()
    assert {name: manifest[name] for name in ("id", "start_url", "scope", "display")} == {
        "id": "/",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
    }
    assert manifest["name"]
    assert manifest["short_name"]


def test_icons_have_the_sizes_that_the_manifest_says() -> None:
    icons = cast("list[dict[str, str]]", json.loads((WEB / ADDRESS[1:]).read_text())["icons"])

    for icon in icons:
        with PIL.Image.open(WEB / urljoin(ADDRESS, icon["src"])[1:]) as picture:
            assert icon["sizes"] == f"{picture.width}x{picture.height}"
            assert icon["type"] == f"image/{(picture.format or '').lower()}"
    assert {icon["sizes"] for icon in icons if "purpose" not in icon} >= {"192x192", "512x512"}
    assert "maskable" in {icon.get("purpose") for icon in icons}
