"""Short timeouts, so that work resumes soon after a kill: for the leases of steps and for devhost's messages."""

from collections.abc import Mapping

from tools.devstack.host_program import is_devhost

_PROVIDER = "AzureFunctionsJobHost__extensions__durableTask__storageProvider__"


def short_visibility() -> Mapping[str, str]:
    """Return the settings. Another host may not renew its messages within a second, so it keeps its default."""
    lease = {"STEP_LEASE_SECONDS": "3"}
    if not is_devhost():
        return lease
    return {
        **lease,
        f"{_PROVIDER}controlQueueVisibilityTimeout": "00:00:01",
        f"{_PROVIDER}workItemQueueVisibilityTimeout": "00:00:01",
    }
