"""The export formats. Importing this module is slow, since it imports the libraries for drawing and PDF."""

from collections.abc import Callable

from api.export.cbz import render_cbz
from api.export.comic.comic import Comic, Rendering
from api.export.files import render_zip
from api.export.pdf import render_pdf
from api.export.share_image import render_cover, render_share_image

_RENDER: dict[Rendering, Callable[[Comic], bytes]] = {
    "zip": render_zip,
    "cbz": render_cbz,
    "pdf": render_pdf,
    "png": render_share_image,
    "cover": render_cover,
}


def render(comic: Comic, rendering: Rendering) -> bytes:
    """Return the file. This takes up to seconds of CPU time: call it on a thread."""
    return _RENDER[rendering](comic)
