"""An app whose import fails."""
# ruff: noqa: INP001 -- a function app is a folder, not a package

raise RuntimeError("the app's own message")
