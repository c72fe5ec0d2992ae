"""The curl example of the README, run with another port."""

import re
import shlex
import subprocess

from shared.models.messages import is_last
from shared.ndjson import from_line
from tests.support.running_app import RunningApp
from tools.devstack.stack import REPOSITORY


def test_curl_example_of_the_readme_streams_a_whole_comic(app: RunningApp) -> None:
    readme = (REPOSITORY / "README.md").read_text()
    (block,) = re.findall(r"```sh\n(curl .*?)```", readme, re.DOTALL)
    command = shlex.split(block.replace("\\\n", " ").replace("http://127.0.0.1:7071", app.url))

    lines = subprocess.run(command, capture_output=True, check=True).stdout.splitlines()

    messages = [message for line in lines if (message := from_line(line)) is not None]
    assert is_last(messages[-1])
    assert {message.type for message in messages} >= {"status", "analysis", "chunks", "character", "panel", "complete"}
