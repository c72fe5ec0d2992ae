"""The function that the platform runs before an instance gets its first request."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

# Run in a new process: other tests have imported the SDK in this one.
PROGRAM = """
import json, sys
import function_app

(warm_up,) = [function for function in function_app.app.get_functions() if function.get_function_name() == "warmup"]
before = "google.genai" in sys.modules
warm_up.get_user_function()(None)
print(json.dumps([before, "google.genai" in sys.modules]))
"""


def test_warmup_imports_the_models_sdk() -> None:
    ran = subprocess.run([sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, check=True)

    assert json.loads(ran.stdout) == [False, True]
