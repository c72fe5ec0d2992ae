"""`make demo`: generates a manga from a story into a folder."""

import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tools.devstack.processes import inherited_environ, start
from tools.devstack.stack import REPOSITORY, Stack, StackOptions

_RESULTS = ("analysis.json", "chunks.json", "characters", "panels", "comic.pdf", "stream.ndjson")


def run_demo(
    story: Path,
    style: str,
    out: Path,
    settings: Mapping[str, str] | None = None,
    *,
    style_text: str | None = None,
    agreed: bool = False,
) -> int:
    """Generate the manga into `out`, leave nothing else behind, and return the client's exit status.

    The client asks before it spends money, unless the user has `agreed`. The emulator is free.
    """
    _clear(out)
    with (
        tempfile.TemporaryDirectory(prefix="story-to-manga-") as data,
        Stack(StackOptions(Path(data), settings=settings or {})) as stack,
    ):
        command = [sys.executable, "-m", "client", "generate", story, "--style", style, "--out", out]
        command += ["--url", stack.url, *(["--yes"] if agreed else [])]
        command += ["--style-text", style_text] if style_text else []
        client = start("The client", command, inherited_environ(), REPOSITORY, None, may_ask=True)
        try:
            return client.process.wait()
        finally:
            client.stop()


def _clear(out: Path) -> None:
    """Remove only an earlier demo's results, so that a shorter comic is not mixed with a longer one."""
    for name in _RESULTS:
        path = out / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
