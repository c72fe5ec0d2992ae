"""After a kill, work goes on soon: the leases of steps end earlier, and devhost's messages show up after a second."""

from collections.abc import Mapping

from tools.devstack.host_program import is_devhost

_PROVIDER = "AzureFunctionsJobHost__extensions__durableTask__storageProvider__"


def short_visibility() -> Mapping[str, str]:
    """Return the settings for it. Another host may not renew its messages within a second: it keeps its minute."""
    lease = {"STEP_LEASE_SECONDS": "3"}
    if not is_devhost():
        return lease
    return {
        **lease,
        f"{_PROVIDER}controlQueueVisibilityTimeout": "00:00:01",
        f"{_PROVIDER}workItemQueueVisibilityTimeout": "00:00:01",
    }
