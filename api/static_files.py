"""The page's files, read once: each with its media type, its ETag, and how long a browser may keep it.

The page names its assets by a digest of all of them, `/assets/<digest>/main.js`. So they can be kept for ever, without
a build, and modules that import each other by relative paths are always of one and the same version.
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
    """A file as it is sent."""

    content: bytes
    media_type: str
    etag: str
    cache_control: str = REVALIDATED


@dataclass(frozen=True, slots=True)
class Example:
    """An example story: its first line, and the path that it is served at."""

    title: str
    path: str


class StaticFiles:
    """Every file that the page is made of. Only what was found when they were read is served, so no path leads out."""

    def __init__(self, web: Path, examples: Path) -> None:
        """Read them: the page and its assets below `web`, the stories in `examples`."""
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
        """Return the file that is served at a path (decoded, without its first slash), or None."""
        if not path.startswith(ASSETS):
            return self._stories.get(path)
        version, _, name = path.removeprefix(ASSETS).partition("/")
        file = self._assets.get(f"{ASSETS}{name}")
        if file is None or version != self._version:
            # A page that was loaded before the app was replaced: what it asks for may have changed, or be gone.
            return file
        return StaticFile(file.content, file.media_type, file.etag, FOR_EVER)

    def _page(self, path: Path) -> bytes:
        """Return the page with its assets' version, and with all modules named, so that none waits for another."""
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
