"""The files of the web page, read once, each with its media type, ETag and Cache-Control.

The page refers to its assets by its version, a digest of all its files: `/assets/<version>/main.js`. Browsers can keep
them for ever, no build is needed, and modules that import each other by relative paths always have the same version.
"""

import gzip
import hashlib
import json
from dataclasses import dataclass, replace
from pathlib import Path

_MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
_COMPRESSED = (".png", ".webp", ".woff2")
# The service worker stores these, but for fonts that few comics need.
_STORED = (".css", ".js", ".svg", ".woff2")
_RARE = "assets/fonts/comic-relief/"
# Modules that the page loads when the user needs them.
LAZY = ("editor/", "lettering/", "views/reader/", "views/share/")
_DIGEST_LENGTH = 16
ASSETS = "assets/"
SERVICE_WORKER = "service-worker.js"
REVALIDATED = "no-cache"
FOR_EVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file and its headers; `gzipped` is its compressed content, or None if that is not smaller."""

    content: bytes
    media_type: str
    etag: str
    gzipped: bytes | None = None
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
        template = (web / "index.html").read_bytes()
        everything = [*sorted(assets.items()), ("index.html", template)]
        self._version = _digest(b"".join(name.encode() + content for name, content in everything))
        self._assets = {name: _static_file(name, content) for name, content in assets.items()}
        self._stories = {f"examples/{path.name}": _read(path) for path in sorted(examples.glob("*.txt"))}
        self.page = _static_file("index.html", self._page(template.decode()))
        worker = self._service_worker((web / "worker" / "service_worker.js").read_text(encoding="utf-8"))
        self._others = {**self._stories, SERVICE_WORKER: _static_file(SERVICE_WORKER, worker)}

    @property
    def examples(self) -> list[Example]:
        """The example stories."""
        return [
            Example(title=file.content.decode().partition("\n")[0].strip(), path=f"/{name}")
            for name, file in self._stories.items()
        ]

    def path_of(self, name: str) -> str:
        """Return the path of an asset of this version."""
        return f"/{ASSETS}{self._version}/{name.removeprefix(ASSETS)}"

    def find(self, path: str) -> StaticFile | None:
        """Return the file for a path (decoded, without its first slash), or None."""
        if not path.startswith(ASSETS):
            return self._others.get(path)
        version, _, name = path.removeprefix(ASSETS).partition("/")
        file = self._assets.get(f"{ASSETS}{name}")
        if file is None or version != self._version:
            # The page was loaded before a deployment, so the file may not be the one that it expects.
            return file
        return replace(file, cache_control=FOR_EVER)

    def _page(self, template: str) -> bytes:
        """Return the page with its version, and preloads for what it needs at once, so that it loads in parallel."""
        names = [name for name in sorted(self._assets) if name.endswith(".js")]
        modules = [name for name in names if not name.removeprefix(ASSETS).startswith(LAZY)]
        preloads = "".join(f'  <link rel="modulepreload" href="/{name}">\n' for name in modules)
        page = template.replace("</head>", f"{preloads}</head>")
        return page.replace('"/assets/', f'"/assets/{self._version}/').encode()

    def _service_worker(self, program: str) -> bytes:
        """Return the service worker with the version of the page and the digests of the files to store."""
        names = [name for name in sorted(self._assets) if name.endswith(_STORED) and not name.startswith(_RARE)]
        files = {"/": self.page, **{self.path_of(name): self._assets[name] for name in names}}
        digests = {path: file.etag.strip('"') for path, file in files.items()}
        shell = json.dumps({"version": self._version, "files": digests}, indent=0)
        return f"const SHELL = {shell};\n{program}".encode()


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and path.suffix in _MEDIA_TYPES]


def _read(path: Path) -> StaticFile:
    return _static_file(path.name, path.read_bytes())


def _static_file(name: str, content: bytes) -> StaticFile:
    suffix = Path(name).suffix
    gzipped = None if suffix in _COMPRESSED else gzip.compress(content, mtime=0)
    is_smaller = gzipped is not None and len(gzipped) < len(content)
    return StaticFile(content, _MEDIA_TYPES[suffix], f'"{_digest(content)}"', gzipped if is_smaller else None)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:_DIGEST_LENGTH]
