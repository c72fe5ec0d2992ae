"""The style sheet of an EPUB.

The direction of text is never set here, but by `dir`: https://www.w3.org/TR/epub-33/#sec-css-req
"""

STYLES = """html, body { margin: 0; padding: 0; }
body { position: relative; overflow: hidden; background: #fff; color: #000; font-family: sans-serif; }
h1, p, a { margin: 0; font-weight: normal; color: inherit; }
.item { position: absolute; display: block; box-sizing: border-box; overflow: hidden; }
.line { text-align: center; white-space: nowrap; }
.title { font-weight: bold; }
.panel { border: 2px solid #000; }
.panel img { position: absolute; display: block; left: 0; top: 0; width: 100%; height: 100%; }
.missing { text-align: center; }
"""
