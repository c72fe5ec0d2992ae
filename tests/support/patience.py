"""How long tests wait, on machines and hosts of any speed."""

import os


def patience_s(seconds: float) -> float:
    """Return the seconds to wait, where a quick host is given `seconds`: TEST_PATIENCE times as long."""
    return seconds * float(os.environ.get("TEST_PATIENCE", "1"))
