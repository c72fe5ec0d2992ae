"""The style sheet of an EPUB.

The direction of text is never set here, but by `dir`: https://www.w3.org/TR/epub-33/#sec-css-req
"""

import math

_HALO_EM = 0.09
_HALO_STEPS = 12
_STYLES = """html, body { margin: 0; padding: 0; }
body { position: relative; overflow: hidden; background: #fff; color: #000; font-family: sans-serif; }
h1, p, a { margin: 0; font-weight: normal; color: inherit; }
.item { position: absolute; display: block; box-sizing: border-box; overflow: hidden; }
.line { text-align: center; white-space: nowrap; }
.title { font-weight: bold; }
.panel { outline: 2px solid #000; }
.panel img { position: absolute; display: block; left: 0; top: 0; width: 100%; height: 100%; }
.balloons { position: absolute; left: 0; top: 0; width: 100%; height: 100%; overflow: visible; }
.balloons path { fill: #fff; stroke: #000; stroke-linejoin: round; }
.text { line-height: 1; }
.row, .column { position: absolute; white-space: pre; transform: translate(-50%, -50%); }
.beside { font-size: 0.88em; }
.beside { -webkit-text-combine: horizontal; -epub-text-combine: horizontal; text-combine-upright: all; }
.column { -webkit-writing-mode: vertical-rl; -epub-writing-mode: vertical-rl; writing-mode: vertical-rl; }
.effect { font-weight: bold; }
.effect .row, .effect .column { text-shadow: HALO; }
.speaker { position: absolute; width: 1px; height: 1px; overflow: hidden; clip: rect(0 0 0 0); white-space: nowrap; }
"""


def _halo() -> str:
    """Return paper around letters, as shadows on all sides."""
    angles = (math.tau * step / _HALO_STEPS for step in range(_HALO_STEPS))
    return ", ".join(
        f"{_HALO_EM * math.cos(angle):.3f}em {_HALO_EM * math.sin(angle):.3f}em 0 #fff" for angle in angles
    )


STYLES = _STYLES.replace("HALO", _halo())
