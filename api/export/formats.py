"""The formats that a comic can be taken away in. Importing this takes a while: it brings drawing and PDF along."""

from collections.abc import Callable

from api.export.cbz import render_cbz
from api.export.comic.comic import Comic, ExportFormat
from api.export.files import render_zip
from api.export.pdf import render_pdf
from api.export.share_image import render_share_image

_RENDER: dict[ExportFormat, Callable[[Comic], bytes]] = {
    "zip": render_zip,
    "cbz": render_cbz,
    "pdf": render_pdf,
    "png": render_share_image,
}


def render(comic: Comic, export_format: ExportFormat) -> bytes:
    """Return the comic as a file of that format. CPU work of up to seconds: call it on one of few threads."""
    return _RENDER[export_format](comic)
