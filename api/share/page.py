"""The page of a shared comic, as HTML without scripts. Texts of the story go in escaped."""

from collections.abc import Sequence
from html import escape

from api.export.comic.comic import COVER_PX, ExportFormat
from api.links import shared_path
from api.share.addresses import cover_path, file_path, page_path, panel_path
from api.share.balloons import render_balloons
from api.share.comic import SharedComic, SharedPanel

#: The formats that readers can download, with the names that they are known by.
DOWNLOADS: dict[ExportFormat, str] = {
    "pdf": "PDF",
    "epub": "EPUB",
    "cbz": "CBZ",
    "webtoon": "webtoon",
    "png": "picture",
}
_APP = "Story to Manga"
_COVER_WIDTH_PX, _COVER_HEIGHT_PX = COVER_PX
_COVER_SHAPE = f'width="{_COVER_WIDTH_PX}" height="{_COVER_HEIGHT_PX}"'
_CUES = {
    "rtl": 'Read the panels from right to left <span aria-hidden="true">←</span>',
    "ltr": 'Read the panels from left to right <span aria-hidden="true">→</span>',
}


def render_page(comic: SharedComic, token: str, origin: str, styles: Sequence[str], icon: str) -> str:
    """Return the page of a comic. `origin` is that of absolute addresses; `styles` and `icon` are paths."""
    title, panels = escape(comic.title), comic.panels
    chosen = comic.language if len(comic.languages) > 1 else None
    summary = f"A {comic.style} in {len(panels)} panels, made with {_APP}"
    metadata = {
        "og:type": "article",
        "og:site_name": _APP,
        "og:title": comic.title,
        "og:description": summary,
        "og:url": f"{origin}{shared_path(token)}",
        "og:image": f"{origin}{cover_path(token)}",
        "og:image:type": "image/jpeg",
        "og:image:width": str(_COVER_WIDTH_PX),
        "og:image:height": str(_COVER_HEIGHT_PX),
        "og:image:alt": f"Cover of {comic.title}",
    }
    card = {
        "description": summary,
        "twitter:card": "summary_large_image",
        "twitter:title": comic.title,
        "twitter:description": summary,
        "twitter:image": f"{origin}{cover_path(token)}",
        "twitter:image:alt": f"Cover of {comic.title}",
    }
    head = [
        *(f'<meta property="{name}" content="{escape(text)}">' for name, text in metadata.items()),
        *(f'<meta name="{name}" content="{escape(text)}">' for name, text in card.items()),
    ]
    downloads = "\n".join(
        f'<a class="button" href="{escape(file_path(token, file_format, chosen))}" download>Download {name}</a>'
        for file_format, name in DOWNLOADS.items()
    )
    body = f"""<main>
<h1 dir="auto">{title}</h1>
<p class="cue" lang="en">{_CUES[comic.direction]}</p>{_languages(comic, token)}
<img class="cover" src="{cover_path(token)}" alt="Cover of {title}" {_COVER_SHAPE}>
<ol class="panels" dir="{comic.direction}">
{"\n".join(_panel(panel, index, token) for index, panel in enumerate(panels))}
</ol>
<nav class="downloads" lang="en" aria-label="Download this comic">
{downloads}
</nav>
</main>"""
    return _document(title, comic.language or "en", head, body, styles, icon)


def render_missing_page(styles: Sequence[str], icon: str) -> str:
    """Return the page for a link that opens nothing, whatever the reason is."""
    body = """<main>
<h1>This comic is not here</h1>
<p>The link is wrong, has ended, or was withdrawn. Ask whoever sent it for a new one.</p>
</main>"""
    return _document("This comic is not here", "en", [], body, styles, icon)


def _panel(panel: SharedPanel, index: int, token: str) -> str:
    if panel.version is None:
        return f'<li class="missing" lang="en">Panel {index + 1} is not drawn.</li>'
    source = panel_path(token, index, panel.version)
    shape = f'width="{panel.width * 100}" height="{panel.height * 100}"'
    image = f'<img src="{source}" alt="{escape(panel.text)}" {shape} loading="lazy">'
    return f"<li>{image}{_balloons(panel)}</li>"


def _balloons(panel: SharedPanel) -> str:
    return "" if panel.lettering is None else render_balloons(panel.lettering)


def _languages(comic: SharedComic, token: str) -> str:
    """Return the links to the comic's languages, if there are several."""
    if len(comic.languages) <= 1:
        return ""
    links = (
        f'<a href="{page_path(token, language)}" hreflang="{escape(language)}" lang="{escape(language)}"'
        f"{' aria-current="page"' if language == comic.language else ''}>{escape(language)}</a>"
        for language in comic.languages
    )
    return f'\n<nav class="languages" lang="en" aria-label="Languages">{" ".join(links)}</nav>'


def _document(title: str, language: str, head: Sequence[str], body: str, styles: Sequence[str], icon: str) -> str:
    links = [f'<link rel="stylesheet" href="{style}">' for style in styles]
    return f"""<!doctype html>
<html lang="{escape(language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<title>{title} · {_APP}</title>
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
{"\n".join((*head, *links))}
<link rel="icon" href="{icon}" type="image/svg+xml">
</head>
<body class="shared">
<header class="masthead" lang="en"><a class="wordmark" href="/">Story <span>to</span> Manga</a></header>
{body}
<footer class="page-footer" lang="en"><a href="/">Made with {_APP}</a></footer>
</body>
</html>
"""
