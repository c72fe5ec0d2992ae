"""The export formats. Importing this module is slow, since it imports the libraries for drawing and PDF."""

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
    """Return the comic as a file of that format. This takes up to seconds of CPU time: call it on a thread."""
    return _RENDER[export_format](comic)
