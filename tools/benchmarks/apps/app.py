"""The app itself, for apps of the suite that add something to it."""

import importlib.util
from pathlib import Path

import azure.durable_functions as df

_ROOT = Path(__file__).resolve().parents[3]


def load_app() -> df.DFApp:
    """Return the app of this repository. Its module has the name of those that call this, hence not by its name."""
    spec = importlib.util.spec_from_file_location("story_to_manga", _ROOT / "function_app.py")
    if spec is None or spec.loader is None:
        raise ImportError(f"There is no app in {_ROOT}.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    loaded: df.DFApp = module.app
    return loaded
