"""`zip`: every image in its own format, the analysis and the breakdown.

analysis.json  chunks.json  characters/01-name.png  panels/01.png
"""

from api.export.archive import Archive
from api.export.comic.comic import Comic
from shared.models.base import WireModel
from shared.text.clean import file_name

EXTENSIONS = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}


def render_zip(comic: Comic) -> bytes:
    """Return the archive's bytes."""
    archive = Archive()
    archive.add("analysis.json", _json(comic.analysis))
    if comic.breakdown is not None:
        archive.add("chunks.json", _json(comic.breakdown))
    for portrait in comic.cast:
        extension = EXTENSIONS[portrait.image.media_type]
        archive.add(f"characters/{portrait.number:02d}-{file_name(portrait.name)}.{extension}", portrait.image.content)
    for number, panel in enumerate(comic.panels, 1):
        if panel.image is not None:
            archive.add(f"panels/{number:02d}.{EXTENSIONS[panel.image.media_type]}", panel.image.content)
    return archive.content()


def _json(value: WireModel) -> bytes:
    return value.model_dump_json(by_alias=True, exclude_none=True, indent=2).encode() + b"\n"
