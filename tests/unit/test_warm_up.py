"""The function that the platform runs before an instance gets its first request."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

# In a process of its own, since a warm-up cannot be undone.
PROGRAM = """
import gc, json, sys
import function_app

(warm_up,) = [function for function in function_app.app.get_functions() if function.get_function_name() == "warmup"]
sys.modules["shared.model.gemini"] = None
try:
    warm_up.get_user_function()(None)
except ImportError:
    after_failure = gc.isenabled()
del sys.modules["shared.model.gemini"]
warm_up.get_user_function()(None)
print(json.dumps([after_failure, gc.isenabled(), gc.get_freeze_count() > 100_000, "google.genai" in sys.modules]))
"""


def test_warm_up_loads_the_model_sdk_and_freezes_it_for_the_garbage_collector() -> None:
    ran = subprocess.run([sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, check=True)

    collects_after_failure, collects, has_set_aside, has_sdk = json.loads(ran.stdout)
    assert collects_after_failure
    assert collects
    assert has_set_aside
    assert has_sdk
