"""The export route: what it accepts, and the headers of its answers."""

import pytest

from api.http.export import attachment, export
from shared.deps import Deps
from tests.support.fakes.engine import FakeEngine
from tests.support.fakes.stories import GENERATION
from tests.unit.api.http_requests import call_of, http_request


@pytest.mark.parametrize("export_format", ["zip", "cbz", "pdf", "epub", "png", "json", "webtoon"])
async def test_every_format_is_a_download_with_a_file_name(drawn: Deps, engine: FakeEngine, export_format: str) -> None:
    request = http_request(query=f"format={export_format}", path_params={"id": GENERATION})

    response = await export(call_of(drawn, engine, request))

    assert response.status_code == 200
    extension = "webtoon.zip" if export_format == "webtoon" else export_format
    assert response.headers["content-disposition"].startswith(f'attachment; filename="The-Harbour.{extension}"')
    assert response.headers["cache-control"] == "private, no-cache"
    assert len(response.body) == int(response.headers["content-length"]) > 0


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("The Lamp", "attachment; filename=\"The-Lamp.pdf\"; filename*=UTF-8''The-Lamp.pdf"),
        ("Café", "attachment; filename=\"Caf.pdf\"; filename*=UTF-8''Caf%C3%A9.pdf"),
        ("夜", "attachment; filename=\"comic.pdf\"; filename*=UTF-8''%E5%A4%9C.pdf"),
        ("CON", "attachment; filename=\"CON_.pdf\"; filename*=UTF-8''CON_.pdf"),
        ("夜 nul", "attachment; filename=\"nul_.pdf\"; filename*=UTF-8''%E5%A4%9C-nul.pdf"),
        ("COM¹", "attachment; filename=\"COM.pdf\"; filename*=UTF-8''COM%C2%B9_.pdf"),
        ('"; x="../\r\na', "attachment; filename=\"x-a.pdf\"; filename*=UTF-8''x-a.pdf"),
    ],
)
def test_file_name_is_a_safe_form_of_the_title(title: str, expected: str) -> None:
    assert attachment(title, "pdf") == expected
