"""Stories of several sizes."""

from devstack.stack import REPOSITORY

SHORT = 'Mira walked along the harbour. "The boat is gone," said Jon. Mira laughed and ran to the water.'
LONG = (REPOSITORY / "examples" / "lighthouse.txt").read_text()
