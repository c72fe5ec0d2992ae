"""The sketches that people and other characters are made of."""

from pathlib import Path

from tools.gemini_emulator.drawing.ink.sketch import load_sketches

_FOLDER = Path(__file__).parent

HEAD = load_sketches(_FOLDER / "head.txt")
WORN = load_sketches(_FOLDER / "worn.txt")
PROPS = load_sketches(_FOLDER / "props.txt")
CREATURES = load_sketches(_FOLDER / "creatures.txt")
