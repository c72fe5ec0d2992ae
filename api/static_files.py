"""The files of the web page, read once, each with its media type, ETag and Cache-Control.

The page refers to its assets by a digest of them all: `/assets/<digest>/main.js`. So browsers can keep them for ever,
no build is needed, and modules that import each other by relative paths always have the same version.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

_MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".woff2": "font/woff2",
}
_DIGEST_LENGTH = 16
ASSETS = "assets/"
REVALIDATED = "no-cache"
FOR_EVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file and its headers."""

    content: bytes
    media_type: str
    etag: str
    cache_control: str = REVALIDATED


@dataclass(frozen=True, slots=True)
class Example:
    """An example story; its title is its first line."""

    title: str
    path: str


class StaticFiles:
    """All files of the page. Only files that were found at the start are served, so no path can reach others."""

    def __init__(self, web: Path, examples: Path) -> None:
        """Read the page and its assets in `web`, and the stories in `examples`."""
        assets = {path.relative_to(web).as_posix(): path.read_bytes() for path in _files(web / "assets")}
        self._version = _digest(b"".join(name.encode() + content for name, content in sorted(assets.items())))
        self._assets = {name: _static_file(name, content) for name, content in assets.items()}
        self._stories = {f"examples/{path.name}": _read(path) for path in sorted(examples.glob("*.txt"))}
        self.page = _static_file("index.html", self._page(web / "index.html"))

    @property
    def examples(self) -> list[Example]:
        """The example stories."""
        return [
            Example(title=file.content.decode().partition("\n")[0].strip(), path=f"/{name}")
            for name, file in self._stories.items()
        ]

    def find(self, path: str) -> StaticFile | None:
        """Return the file for a path (decoded, without its first slash), or None."""
        if not path.startswith(ASSETS):
            return self._stories.get(path)
        version, _, name = path.removeprefix(ASSETS).partition("/")
        file = self._assets.get(f"{ASSETS}{name}")
        if file is None or version != self._version:
            # The page was loaded before a deployment, so the file may not be the one that it expects.
            return file
        return StaticFile(file.content, file.media_type, file.etag, FOR_EVER)

    def _page(self, path: Path) -> bytes:
        """Return the page with its assets' version, and and preloads for all modules, so that they load in parallel."""
        modules = [name for name in sorted(self._assets) if name.endswith(".js")]
        preloads = "".join(f'  <link rel="modulepreload" href="/{name}">\n' for name in modules)
        page = path.read_text(encoding="utf-8").replace("</head>", f"{preloads}</head>")
        return page.replace('"/assets/', f'"/assets/{self._version}/').encode()


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and path.suffix in _MEDIA_TYPES]


def _read(path: Path) -> StaticFile:
    return _static_file(path.name, path.read_bytes())


def _static_file(name: str, content: bytes) -> StaticFile:
    return StaticFile(content, _MEDIA_TYPES[Path(name).suffix], f'"{_digest(content)}"')


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:_DIGEST_LENGTH]
